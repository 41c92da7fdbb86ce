package io.inferenceproxy;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.upstream.UpstreamOptions;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The routes of a well-known API, under one word. */
public enum Preset {
    /** The OpenAI API, as vLLM and others serve it. */
    OPENAI,
    /** The Open Inference Protocol, version 2, as Triton, KServe and others serve it. */
    OIP;

    /** The routes, by name. */
    public Map<String, RouteOptions> routes() {
        Map<String, RouteOptions> routes = new LinkedHashMap<>();
        if (this == OPENAI) {
            routes.put("chat-completions", openAi("POST /v1/chat/completions"));
            routes.put("completions", openAi("POST /v1/completions"));
            routes.put("responses", openAi("POST /v1/responses"));
            routes.put("embeddings", openAi("POST /v1/embeddings"));
            routes.put("models", openAi("GET /v1/models/**"));
        } else {
            routes.put("server", oip("GET /v2"));
            routes.put("health", oip("GET /v2/health/**"));
            routes.put("models", oip("GET /v2/models/**"));
            routes.put("infer", oip("POST /v2/models/**"));
        }
        return routes;
    }

    /**
     * The upstream with URLs that fit the routes, which for OpenAI bring {@code /v1} themselves: a URL that ends in it
     * loses it. Others stay as they are.
     */
    public UpstreamOptions fitting(UpstreamOptions upstream) {
        return this == OPENAI
                ? upstream.withUrls(
                        upstream.urls().stream().map(Preset::withoutVersion).toList())
                : upstream;
    }

    private static URI withoutVersion(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String text = url.toString();
        return path.endsWith("/v1") || path.endsWith("/v1/")
                ? URI.create(text.substring(0, text.lastIndexOf("/v1")))
                : url;
    }

    private static RouteOptions openAi(String match) {
        return large(match).withStyle(ApiStyle.OPENAI);
    }

    private static RouteOptions oip(String match) {
        return large(match).withStyle(ApiStyle.OIP);
    }

    private static RouteOptions large(String match) {
        return RouteOptions.of(RouteMatch.parse(match))
                .withMaxBody(Optional.of(DataSize.ofMegabytes(32)))
                .withFirstByteTimeout(Optional.of(Duration.ofMinutes(10)));
    }
}
