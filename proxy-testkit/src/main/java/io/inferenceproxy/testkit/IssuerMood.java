package io.inferenceproxy.testkit;

/** How a {@link SmallIssuer} answers who asks for its keys. */
public enum IssuerMood {
    /** With its keys. */
    HONEST,
    /** Not at all: the connection is closed. */
    DOWN,
    /** With 500. */
    FAILING,
    /** Never, while the connection stays open. */
    SILENT,
    /** With a head, then a byte now and then. */
    DRIPPING,
    /** With 100 MB. */
    HUGE,
    /** With a page for people. */
    HTML,
    /** With JSON that breaks off. */
    BROKEN,
    /** With a redirect to another host. */
    REDIRECTING,
    /** As another issuer, in the discovery document. */
    LYING,
    /** With keys at an address of the private network, in the discovery document. */
    MISLEADING
}
