package io.inferenceproxy.examples.embedding;

import java.util.Optional;

/** The shape in which an endpoint tells an error. */
enum ErrorStyle {
    /** {@code {"error":{"message":…,"type":…,"param":…,"code":…}}}. */
    OPENAI {
        @Override
        Object render(Refusal refusal) {
            String type = refusal.status() < 500 ? "invalid_request_error" : "server_error";
            return new OpenAiError(new OpenAiError.Detail(refusal.message(), type, refusal.param(), refusal.code()));
        }
    },
    /** {@code {"error":"…"}}. */
    PLAIN {
        @Override
        Object render(Refusal refusal) {
            return new PlainError(refusal.message());
        }
    };

    /** The JSON value that tells this refusal. */
    abstract Object render(Refusal refusal);

    /** The style of a path that no endpoint has. */
    static ErrorStyle ofPath(String path) {
        return path.startsWith("/v1/") ? OPENAI : PLAIN;
    }

    private record OpenAiError(Detail error) {
        private record Detail(String message, String type, Optional<String> param, Optional<String> code) {}
    }

    private record PlainError(String error) {}
}
