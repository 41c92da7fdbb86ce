package io.inferenceproxy.http;

/** Takes fields one after the other, in order: as text, or as runs of lines that were checked when they were read. */
public interface FieldSink {

    /** Takes one field. */
    void field(String name, String value);

    /**
     * Takes whole field lines (RFC 9112 section 5) as they were received, or as good as that, each with its line end. They
     * are valid: whoever hands them over has checked them byte by byte. They are taken at once: afterwards the block may
     * be used for others.
     *
     * @param block where the lines stand, not to be changed
     * @param from the first byte of the first line
     * @param to behind the last line's end
     */
    void lines(byte[] block, int from, int to);
}
