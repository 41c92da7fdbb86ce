package io.inferenceproxy.testkit;

/**
 * One header or trailer line: the name as it was written, and the value without the white space around it.
 *
 * <p>Both are ISO-8859-1 and are not checked, so that a test can also write what no client should.
 */
public record HeaderField(String name, String value) {

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
