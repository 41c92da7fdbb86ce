package io.inferenceproxy.examples.embedding;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code POST /embed}: embeddings in the plain dialect, texts in and vectors out. */
final class PlainEmbeddings implements Endpoint.Action {

    private final TextEmbedder embedder;
    private final int maxTexts;

    PlainEmbeddings(TextEmbedder embedder, int maxTexts) {
        this.embedder = embedder;
        this.maxTexts = maxTexts;
    }

    @Override
    public Object answer(JsonNode body) throws Refusal {
        List<String> texts = Texts.listIn(body, "texts", maxTexts);
        return new Answer(embedder.embed(texts, "texts").vectors());
    }

    private record Answer(List<float[]> embeddings) {}
}
