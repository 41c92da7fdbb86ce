package io.inferenceproxy.examples.embedding;

import java.util.List;

/**
 * One entry of {@code GET /v1/models}.
 *
 * @param id the name that callers use
 * @param object always {@code model}
 * @param created when this service started, in seconds since 1970: the model's files carry no date of their own
 * @param ownedBy who trained it
 */
record OpenAiModel(String id, String object, long created, String ownedBy) {

    static OpenAiModel startedAt(long epochSecond) {
        return new OpenAiModel(TextEmbedder.MODEL, "model", epochSecond, "sentence-transformers");
    }

    Object inList() {
        return new Models("list", List.of(this));
    }

    private record Models(String object, List<OpenAiModel> data) {}
}
