package io.inferenceproxy.examples.embedding;

import tools.jackson.databind.JsonNode;

/**
 * One thing that can be called.
 *
 * @param method {@code POST}, or {@code GET}, which includes {@code HEAD}
 * @param style how errors look
 * @param action what makes the answer
 */
record Endpoint(String method, ErrorStyle style, Action action) {

    static Endpoint get(ErrorStyle style, Object answer) {
        return new Endpoint("GET", style, body -> answer);
    }

    static Endpoint post(ErrorStyle style, Action action) {
        return new Endpoint("POST", style, action);
    }

    boolean accepts(String requestMethod) {
        return method.equals(requestMethod) || (method.equals("GET") && requestMethod.equals("HEAD"));
    }

    String allow() {
        return method.equals("GET") ? "GET, HEAD" : method;
    }

    /** Turns the JSON object of a request (empty for a GET) into the value to answer with. */
    @FunctionalInterface
    interface Action {
        Object answer(JsonNode body) throws Refusal;
    }
}
