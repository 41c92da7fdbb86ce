package io.inferenceproxy.limit;

/** Whose calls are counted together. */
public enum LimitKey {
    /** Each caller's: the pair of issuer and subject; the address where nobody signs in. */
    USER,
    /** Those from each address; IPv6 addresses by their /64. */
    ADDRESS,
    /** Those on each route. */
    ROUTE,
    /** All. */
    GLOBAL
}
