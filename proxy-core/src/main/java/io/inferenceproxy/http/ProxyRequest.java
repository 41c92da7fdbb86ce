package io.inferenceproxy.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A request as the proxy received it.
 *
 * @param method the method, as sent (methods are case-sensitive, RFC 9110 section 9.1)
 * @param target where it goes: canonical path and query
 * @param authority host and port as the client named them: from an absolute target, else from {@code Host}; may be empty
 * @param secure whether it came over TLS
 * @param version {@code 1.0}, {@code 1.1} or {@code 2}
 * @param peer the other end of the connection
 * @param clientCertificate what the client proved to be in TLS, when it was asked
 * @param headers its fields
 * @param body its content; {@link Body#empty()} when it has none
 */
public record ProxyRequest(
        String method,
        RequestTarget target,
        String authority,
        boolean secure,
        String version,
        InetSocketAddress peer,
        Optional<X509Certificate> clientCertificate,
        Headers headers,
        Body body) {

    /** A request of a client that was asked for no certificate. */
    public ProxyRequest(
            String method,
            RequestTarget target,
            String authority,
            boolean secure,
            String version,
            InetSocketAddress peer,
            Headers headers,
            Body body) {
        this(method, target, authority, secure, version, peer, Optional.empty(), headers, body);
    }

    public ProxyRequest withMethod(String method) {
        return new ProxyRequest(method, target, authority, secure, version, peer, clientCertificate, headers, body);
    }

    public ProxyRequest withTarget(RequestTarget target) {
        return new ProxyRequest(method, target, authority, secure, version, peer, clientCertificate, headers, body);
    }

    public ProxyRequest withHeaders(Headers headers) {
        return new ProxyRequest(method, target, authority, secure, version, peer, clientCertificate, headers, body);
    }

    public ProxyRequest withBody(Body body) {
        return new ProxyRequest(method, target, authority, secure, version, peer, clientCertificate, headers, body);
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return secure ? "https" : "http";
    }
}
