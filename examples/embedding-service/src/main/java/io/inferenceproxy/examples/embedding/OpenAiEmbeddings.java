package io.inferenceproxy.examples.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code POST /v1/embeddings}: embeddings in the dialect of the OpenAI API.
 *
 * <p>Whatever {@code model} a caller names, the one model there is answers, and the answer says which. Both
 * encodings are there, since OpenAI's own Python client asks for {@code base64} unless told otherwise.
 */
final class OpenAiEmbeddings implements Endpoint.Action {

    private final TextEmbedder embedder;
    private final int maxTexts;

    OpenAiEmbeddings(TextEmbedder embedder, int maxTexts) {
        this.embedder = embedder;
        this.maxTexts = maxTexts;
    }

    @Override
    public Object answer(JsonNode body) throws Refusal {
        Encoding encoding = Encoding.in(body);
        requireKnownDimensions(body);
        List<String> texts = Texts.oneOrMoreIn(body, "input", maxTexts);
        Embeddings embeddings = embedder.embed(texts, "input");
        List<Item> items = new ArrayList<>(texts.size());
        for (float[] vector : embeddings.vectors()) {
            items.add(new Item("embedding", items.size(), encoding.encode(vector)));
        }
        return new Answer("list", items, TextEmbedder.MODEL, new Usage(embeddings.tokens(), embeddings.tokens()));
    }

    private static void requireKnownDimensions(JsonNode body) throws Refusal {
        JsonNode dimensions = body.path("dimensions");
        boolean known = dimensions.isMissingNode()
                || dimensions.isNull()
                || (dimensions.isInt() && dimensions.intValue() == TextEmbedder.DIMENSIONS);
        if (!known) {
            throw Refusal.badField("dimensions", "not known (expected: %d)".formatted(TextEmbedder.DIMENSIONS));
        }
    }

    private enum Encoding {
        FLOAT {
            @Override
            JsonNode encode(float[] vector) {
                var array = JsonNodeFactory.instance.arrayNode(vector.length);
                for (float number : vector) {
                    array.add(number);
                }
                return array;
            }
        },
        BASE64 {
            @Override
            JsonNode encode(float[] vector) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(vector);
                return JsonNodeFactory.instance.stringNode(Base64.getEncoder().encodeToString(bytes.array()));
            }
        };

        abstract JsonNode encode(float[] vector);

        static Encoding in(JsonNode body) throws Refusal {
            JsonNode format = body.path("encoding_format");
            if (format.isMissingNode() || format.isNull()) {
                return FLOAT;
            }
            return switch (format.isString() ? format.stringValue() : "") {
                case "float" -> FLOAT;
                case "base64" -> BASE64;
                default -> throw Refusal.badField("encoding_format", "not known (expected: float or base64)");
            };
        }
    }

    private record Answer(String object, List<Item> data, String model, Usage usage) {}

    private record Item(String object, int index, JsonNode embedding) {}

    private record Usage(int promptTokens, int totalTokens) {}
}
