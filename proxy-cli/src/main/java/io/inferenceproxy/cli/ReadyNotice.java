package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.time.Ticker;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tells that a proxy serves, and where. */
final class ReadyNotice {

    private final Surroundings surroundings;
    private final ProxyOptions options;
    private final ProxyServer proxy;
    private final Optional<Path> trusted;

    /** @param trusted the file with the proxy's certificate, when nobody else trusts it */
    ReadyNotice(Surroundings surroundings, ProxyOptions options, ProxyServer proxy, Optional<Path> trusted) {
        this.surroundings = surroundings;
        this.options = options;
        this.proxy = proxy;
        this.trusted = trusted;
    }

    /** Lines for people on a terminal, else one JSON line among those of the log. */
    void tell(String tokenFlags) {
        surroundings.out().println(surroundings.terminals().out() ? lines(tokenFlags) : json());
        surroundings.out().flush();
    }

    private String json() {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("@timestamp", Ticker.system().now().toString());
        line.put("level", "INFO");
        line.put("message", "ready");
        line.put("event", "ready");
        line.put("uri", proxy.uri().toString());
        proxy.adminUri().ifPresent(admin -> line.put("adminUri", admin.toString()));
        line.put("version", ProgramVersion.text());
        return line.toString();
    }

    private String lines(String tokenFlags) {
        StringBuilder text = new StringBuilder(RootCommand.NAME + " " + ProgramVersion.text() + " is ready\n");
        line(text, "proxy", proxy.uri() + "  ->  " + upstreams());
        if (options.docs().enabled()) {
            line(text, "docs", proxy.uri().resolve(options.docs().path()).toString());
        }
        proxy.adminUri()
                .ifPresent(
                        admin -> line(text, "metrics", admin.resolve("/metrics").toString()));
        line(
                text,
                "try",
                CurlExample.of(options, proxy.uri()).withTrusted(trusted).withTokenOf("alice", tokenFlags));
        return text.substring(0, text.length() - 1);
    }

    private String upstreams() {
        List<URI> urls = options.upstreams().values().stream()
                .flatMap(upstream -> upstream.urls().stream())
                .toList();
        return urls.size() == 1 ? urls.get(0).toString() : urls.size() + " addresses";
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  ")
                .append(name)
                .append(" ".repeat(9 - name.length()))
                .append(value)
                .append('\n');
    }
}
