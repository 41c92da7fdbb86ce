package io.inferenceproxy.examples.embedding;

import java.util.List;

/**
 * The vectors of some texts, in their order.
 *
 * @param vectors one unit vector of {@link TextEmbedder#DIMENSIONS} numbers for each text
 * @param tokens how many tokens the model read in all, its own start and end marks not counted
 */
record Embeddings(List<float[]> vectors, int tokens) {

    Embeddings {
        vectors = List.copyOf(vectors);
    }
}
