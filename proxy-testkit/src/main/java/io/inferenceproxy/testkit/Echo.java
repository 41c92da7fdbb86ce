package io.inferenceproxy.testkit;

import java.util.stream.Collectors;

/** Renders a request as JSON. */
final class Echo {

    static final Reply REPLY =
            exchange -> Answer.json(render(exchange.request())).play(exchange);

    private Echo() {}

    private static String render(ReceivedRequest request) {
        String headers = request.headers().fields().stream()
                .map(field -> "[" + quoted(field.name()) + "," + quoted(field.value()) + "]")
                .collect(Collectors.joining(","));
        boolean whole = request.body().length() == request.bodyLength();
        return "{\"method\":%s,\"target\":%s,\"headers\":[%s],\"bodyLength\":%d,\"bodySha256\":\"%s\"%s}"
                .formatted(
                        quoted(request.method()),
                        quoted(request.target()),
                        headers,
                        request.bodyLength(),
                        request.bodySha256(),
                        whole ? ",\"bodyBase64\":\"" + request.body().base64() + "\"" : "");
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
