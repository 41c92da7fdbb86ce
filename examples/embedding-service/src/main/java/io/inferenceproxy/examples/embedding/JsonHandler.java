package io.inferenceproxy.examples.embedding;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds the endpoint of a call, reads its JSON, writes the answer's; the one place where errors become answers. */
final class JsonHandler implements HttpHandler {

    private static final Logger LOGGER = System.getLogger(JsonHandler.class.getName());

    /** How much of a refused body is read away, in bytes, so that its sender gets to read the answer. */
    private static final long MAX_DISCARDED = 4 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Map<String, Endpoint> endpoints;
    private final int maxBody;

    JsonHandler(Map<String, Endpoint> endpoints, int maxBody) {
        this.endpoints = Map.copyOf(endpoints);
        this.maxBody = maxBody;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Endpoint endpoint = endpoints.get(path);
            ErrorStyle style = endpoint == null ? ErrorStyle.ofPath(path) : endpoint.style();
            try {
                if (endpoint == null) {
                    throw notFound(path);
                }
                respond(exchange, 200, answer(exchange, endpoint));
            } catch (Refusal refusal) {
                respond(exchange, refusal.status(), style.render(refusal));
            } catch (RuntimeException e) {
                LOGGER.log(Level.ERROR, "a call to " + path + " failed", e);
                respond(exchange, 500, style.render(Refusal.of(500, "the model failed")));
            }
        }
    }

    private static Refusal notFound(String path) {
        return path.startsWith(EmbeddingService.MODELS_PATH + "/")
                ? Refusal.unknownModel(path.substring(EmbeddingService.MODELS_PATH.length() + 1))
                : Refusal.of(404, "path: %s (expected: one of the paths of this service)".formatted(path));
    }

    private Object answer(HttpExchange exchange, Endpoint endpoint) throws IOException, Refusal {
        String method = exchange.getRequestMethod();
        if (!endpoint.accepts(method)) {
            exchange.getResponseHeaders().set("Allow", endpoint.allow());
            throw Refusal.of(405, "method: %s (expected: %s)".formatted(method, endpoint.allow()));
        }
        return endpoint.action().answer(method.equals("POST") ? parse(read(exchange)) : emptyObject());
    }

    private static JsonNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    private byte[] read(HttpExchange exchange) throws IOException, Refusal {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(maxBody + 1);
        if (body.length > maxBody) {
            discard(in);
            exchange.getResponseHeaders().set("Connection", "close");
            throw Refusal.of(413, "body: too large (expected: at most %d bytes)".formatted(maxBody));
        }
        return body;
    }

    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[16_384];
        long left = MAX_DISCARDED;
        for (int count = in.read(buffer); count >= 0 && left > 0; count = in.read(buffer)) {
            left -= count;
        }
    }

    private static JsonNode parse(byte[] body) throws Refusal {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JacksonException e) {
            throw Refusal.of(
                    400,
                    "body: not well-formed JSON at line %d, column %d"
                            .formatted(
                                    e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
        }
        if (!node.isObject()) {
            throw Refusal.of(400, "body: not an object (expected: a JSON object)");
        }
        return node;
    }

    private static void respond(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] body = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
