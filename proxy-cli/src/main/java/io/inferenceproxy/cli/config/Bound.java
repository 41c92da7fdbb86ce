package io.inferenceproxy.cli.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What binding one node came to.
 *
 * @param value the value; null when there is none
 * @param sound whether everything in it could be bound; else the value is a stand-in
 * @param settings the single settings in it
 */
record Bound(@Nullable Object value, boolean sound, List<Raw> settings) {

    /**
     * A single setting, not yet masked by value.
     *
     * @param path its key
     * @param plain a number, boolean, text, list or map
     * @param origin where it comes from
     * @param base the default; null when there is none
     */
    record Raw(
            KeyPath path,
            Object plain,
            Origin origin,
            @Nullable Object base) {}

    static Bound broken(@Nullable Object standIn, List<Raw> settings) {
        return new Bound(standIn, false, settings);
    }
}
