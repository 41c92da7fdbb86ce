package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A call of the proxy that works when pasted into a shell.
 *
 * @param method of the call
 * @param url of the call
 * @param body the content; empty for none
 * @param trusted the file with a certificate that nobody else trusts
 */
record CurlExample(String method, URI url, String body, Optional<Path> trusted) {

    /** The system property in which the launcher tells how it was called. */
    static final String CALLED_AS = "inferenceproxy.called-as";

    private static final String ANY_TEXT = "{}";

    /** A call of the first route, at the configured address. */
    static CurlExample of(ProxyOptions options) {
        return of(options, Addresses.reachable(options.server()));
    }

    /** A call of the first route, at that address. */
    static CurlExample of(ProxyOptions options, URI base) {
        RouteMatch match = options.servedRoutes().values().stream()
                .map(RouteOptions::match)
                .findFirst()
                .orElseGet(() -> RouteMatch.parse("GET /api/me"));
        String method = match.methods().stream().findFirst().orElse("GET");
        String path = match.path().isEmpty() ? "/" : match.path();
        boolean content = !method.equals("GET") && !method.equals("HEAD") && !method.equals("DELETE");
        return new CurlExample(method, base.resolve(path), content ? ANY_TEXT : "", Optional.empty());
    }

    CurlExample withBody(String newBody) {
        return new CurlExample(method, url, newBody, trusted);
    }

    CurlExample withTrusted(Optional<Path> file) {
        return new CurlExample(method, url, body, file);
    }

    /** With a token in it. */
    String withToken(String token) {
        return curl() + arguments("Authorization: Bearer " + token);
    }

    /** With a command in it that makes a token; the flags are those that make it read the same configuration. */
    String withTokenOf(String user, String flags) {
        return curl() + arguments("Authorization: Bearer $(" + command() + " token --user " + user + flags + ")");
    }

    /** How a shell finds this program: as the launcher was called, since it need not be in the PATH. */
    private static String command() {
        String called = System.getProperty(CALLED_AS, RootCommand.NAME);
        return quoted(called);
    }

    private String curl() {
        return "curl -i "
                + trusted.map(file -> "--cacert " + quoted(file.toString()) + " ")
                        .orElse("");
    }

    /** As one word of a shell. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9@%+=:,./_-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private String arguments(String authorization) {
        StringBuilder text = new StringBuilder();
        if (!method.equals("GET") && !(method.equals("POST") && !body.isEmpty())) {
            text.append("-X ").append(method).append(' ');
        }
        text.append("-H \"").append(authorization).append('"');
        if (!body.isEmpty()) {
            text.append(" -H \"Content-Type: application/json\" -d '")
                    .append(body)
                    .append('\'');
        }
        String plain = url.toString();
        return text.append(' ')
                .append(plain.matches("[A-Za-z0-9:/._-]*") ? plain : '"' + plain.replace("$", "\\$") + '"')
                .toString();
    }

    /** Without a token there is nothing to hide. */
    @Override
    public String toString() {
        return method + " " + url;
    }
}
