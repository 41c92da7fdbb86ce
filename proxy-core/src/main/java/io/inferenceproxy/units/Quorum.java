package io.inferenceproxy.units;

/** How many of a list are asked for. */
public enum Quorum {
    /** One of them. */
    ANY,
    /** Each of them. */
    ALL
}
