package io.inferenceproxy.route;

/** Who may use a route. */
public enum RouteAccess {
    /** Callers with valid credentials. */
    BEARER,
    /** Anyone. */
    NONE
}
