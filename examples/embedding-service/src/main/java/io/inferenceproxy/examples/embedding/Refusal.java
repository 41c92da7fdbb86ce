package io.inferenceproxy.examples.embedding;

import java.util.Optional;

/** A call that is answered with an error; thrown where the reason is found, rendered in one place. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String param;
    private final String code;

    private Refusal(int status, String message, String param, String code) {
        super(message, null, false, false);
        this.status = status;
        this.param = param;
        this.code = code;
    }

    static Refusal of(int status, String message) {
        return new Refusal(status, message, "", "");
    }

    static Refusal badField(String field, String reason) {
        return new Refusal(400, field + ": " + reason, field, "");
    }

    static Refusal unknownModel(String model) {
        return new Refusal(
                404, "model: %s (expected: %s)".formatted(model, TextEmbedder.MODEL), "model", "model_not_found");
    }

    int status() {
        return status;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    Optional<String> param() {
        return Optional.of(param).filter(text -> !text.isEmpty());
    }

    Optional<String> code() {
        return Optional.of(code).filter(text -> !text.isEmpty());
    }
}
