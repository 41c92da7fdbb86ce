package io.inferenceproxy.route;

/** What content a route takes. */
public enum BodyRule {
    /** JSON, checked; required where the method has content. */
    JSON,
    /** Anything up to the size limit, passed on as it comes. */
    ANY
}
