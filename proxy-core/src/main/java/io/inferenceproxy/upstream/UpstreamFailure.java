package io.inferenceproxy.upstream;

/** An exchange with an upstream failed; it has no stack trace. */
public final class UpstreamFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** In which way it failed; each has its error type of {@code Proxy-Status} (RFC 9209 section 2.3). */
    public enum Kind {
        /** The name has no address. */
        NAME_NOT_RESOLVED("dns_error"),
        /** Nobody listens, or the way there is closed. Nothing was sent. */
        CONNECTION_REFUSED("connection_refused"),
        /** The connection was not made in time. Nothing was sent. */
        CONNECT_TIMEOUT("connection_timeout"),
        /** TLS failed, or the certificate is not the host's. Nothing was sent. */
        TLS("tls_certificate_error"),
        /** The connection ended before the answer was whole. */
        CONNECTION_TERMINATED("connection_terminated"),
        /** The answer is not valid HTTP. */
        PROTOCOL_ERROR("http_protocol_error"),
        /** The head of the answer did not come in time. */
        FIRST_BYTE_TIMEOUT("http_response_timeout"),
        /** The answer stopped coming. */
        STALL_TIMEOUT("connection_read_timeout"),
        /** The upstream stopped taking the request. */
        WRITE_TIMEOUT("connection_write_timeout"),
        /** The body of the request broke off: the client's doing. */
        REQUEST_BROKEN_OFF("http_request_error"),
        /** The call was cancelled: nobody waits any more. */
        CANCELLED("http_request_error");

        private final String proxyStatus;

        Kind(String proxyStatus) {
            this.proxyStatus = proxyStatus;
        }

        /** The error type for {@code Proxy-Status}. */
        public String proxyStatus() {
            return proxyStatus;
        }

        /** Whether it is certain that the upstream saw nothing of the request. */
        public boolean nothingSent() {
            return switch (this) {
                case NAME_NOT_RESOLVED, CONNECTION_REFUSED, CONNECT_TIMEOUT, TLS -> true;
                default -> false;
            };
        }
    }

    public UpstreamFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** A failure that another brought about, such as that of the request's body. */
    public UpstreamFailure(Kind kind, String message, Throwable cause) {
        super(message, cause, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
