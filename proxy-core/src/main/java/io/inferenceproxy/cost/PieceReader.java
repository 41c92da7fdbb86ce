package io.inferenceproxy.cost;

/** Reads content that comes in pieces. */
interface PieceReader {

    /** Reads the bytes of an array between two positions, and keeps nothing of the array. */
    void feed(byte[] bytes, int from, int to);

    /** The content is whole: nothing more will come. Not to be called where it broke off. */
    void end();

    /** What was found so far; it changes with what is read. */
    JsonValues values();
}
