package io.inferenceproxy.cost;

import io.inferenceproxy.http.ArrayChunk;
import io.inferenceproxy.http.BodyWatcher;
import io.inferenceproxy.http.Chunk;

/**
 * Shows the pieces of a body to a reader. Readers search arrays, so what is in a buffer of another kind passes, part by part,
 * through one that the thread has: a view of each piece would be garbage.
 */
final class PieceFeed implements BodyWatcher {

    private static final int WINDOW = 8 << 10;
    private static final ThreadLocal<byte[]> OF_THREAD = ThreadLocal.withInitial(() -> new byte[WINDOW]);

    private final PieceReader reader;

    PieceFeed(PieceReader reader) {
        this.reader = reader;
    }

    @Override
    public void onPiece(Chunk piece) {
        int size = piece.size();
        if (piece instanceof ArrayChunk onHeap) {
            reader.feed(onHeap.array(), 0, size);
            return;
        }
        byte[] window = OF_THREAD.get();
        for (int from = 0; from < size; from += WINDOW) {
            int length = Math.min(WINDOW, size - from);
            piece.copyTo(from, length, window);
            reader.feed(window, 0, length);
        }
    }

    @Override
    public void onWhole() {
        reader.end();
    }
}
