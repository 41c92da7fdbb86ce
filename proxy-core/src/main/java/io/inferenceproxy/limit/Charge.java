package io.inferenceproxy.limit;

/** What one call was charged. */
@FunctionalInterface
public interface Charge {

    /** Nothing was charged. */
    Charge NONE = () -> {};

    /**
     * Takes the charge back, as if the call had not been made; a second time does nothing. A window that has begun anew
     * since gets nothing: it never admits more than its quota.
     */
    void giveBack();
}
