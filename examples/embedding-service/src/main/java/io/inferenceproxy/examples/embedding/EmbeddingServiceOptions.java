package io.inferenceproxy.examples.embedding;

/**
 * What an {@link EmbeddingService} may be told.
 *
 * @param port the loopback port, 0 to 65535, where 0 is any free one; 8000 by default
 * @param threads how many calls are worked on at once, 1 to 64; 4 by default
 * @param maxBody the largest body in bytes, 1 to 67108864; 1 MB by default
 * @param maxTexts the most texts in one call, 1 to 2048; 128 by default
 */
public record EmbeddingServiceOptions(int port, int threads, int maxBody, int maxTexts) {

    public EmbeddingServiceOptions {
        requireInRange("port", port, 0, 65_535);
        requireInRange("threads", threads, 1, 64);
        requireInRange("maxBody", maxBody, 1, 64 << 20);
        requireInRange("maxTexts", maxTexts, 1, 2_048);
    }

    /** Options with every value at its default. */
    public static EmbeddingServiceOptions defaults() {
        return new EmbeddingServiceOptions(8_000, 4, 1 << 20, 128);
    }

    public EmbeddingServiceOptions withPort(int newPort) {
        return new EmbeddingServiceOptions(newPort, threads, maxBody, maxTexts);
    }

    public EmbeddingServiceOptions withThreads(int newThreads) {
        return new EmbeddingServiceOptions(port, newThreads, maxBody, maxTexts);
    }

    public EmbeddingServiceOptions withMaxBody(int newMaxBody) {
        return new EmbeddingServiceOptions(port, threads, newMaxBody, maxTexts);
    }

    public EmbeddingServiceOptions withMaxTexts(int newMaxTexts) {
        return new EmbeddingServiceOptions(port, threads, maxBody, newMaxTexts);
    }

    private static void requireInRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, min, max));
        }
    }
}
