package io.inferenceproxy.examples.embedding;

import static java.util.Objects.requireNonNull;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * The model itself: turns texts into vectors.
 *
 * <p>It reads the first 126 tokens of a text and leaves the rest out, as its published tokenizer says. Safe for
 * use by many threads; the weights are loaded once for the whole process, by the first instance.
 */
final class TextEmbedder {

    static final String MODEL = "all-minilm-l6-v2-q";
    static final int DIMENSIONS = 384;

    static {
        // Unless told so, the tokenizer library reports each start to its makers and may download GPU natives.
        System.getProperties().putIfAbsent("ai.djl.offline", "true");
        System.getProperties().putIfAbsent("OPT_OUT_TRACKING", "true");
    }

    private final EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

    /**
     * Computes a vector for each text.
     *
     * @param field the name of the request's field that the texts come from, for the message of a refusal
     * @throws Refusal if a text has nothing in it that the tokenizer knows as a token
     */
    Embeddings embed(List<String> texts, String field) throws Refusal {
        List<float[]> vectors = new ArrayList<>(texts.size());
        int tokens = 0;
        // One by one: a single run already uses all cores, and a refusal can say which text it was.
        for (String text : texts) {
            Response<List<Embedding>> response = embed(text, field, vectors.size());
            vectors.add(response.content().get(0).vector());
            tokens += requireNonNull(response.tokenUsage(), "token usage").inputTokenCount();
        }
        return new Embeddings(vectors, tokens);
    }

    private Response<List<Embedding>> embed(String text, String field, int index) throws Refusal {
        try {
            return model.embedAll(List.of(TextSegment.from(text)));
        } catch (IllegalArgumentException e) {
            throw Refusal.badField(field, "text %d is empty (expected: at least one word)".formatted(index));
        }
    }
}
