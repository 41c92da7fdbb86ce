package io.inferenceproxy.internal.netty;

import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.server.ServerCertificates;
import io.inferenceproxy.server.ServerOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/** TLS towards clients: versions, ciphers and certificates of a listener, with the JDK's own implementation. */
final class ServerTls {

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** With forward secrecy and authenticated encryption; all else is refused, as HTTP/2 asks (RFC 9113 section 9.2.2). */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final long handshakeMillis;
    private final SslContext context;

    private ServerTls(SslContext context, Duration handshakeTimeout) {
        this.context = context;
        this.handshakeMillis = handshakeTimeout.toMillis();
    }

    /** Reads the files and makes ready, which blocks. */
    static ServerTls open(ServerOptions options) {
        List<String> protocols = options.http2().enabled()
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
        return new ServerTls(context(ServerCertificates.read(options.tls()), protocols), options.headTimeout());
    }

    private static SslContext context(ServerCertificates certificates, List<String> protocols) {
        CertifiedKey first = certificates.first();
        try {
            return SslContextBuilder.forServer(first.key(), first.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols(VERSIONS)
                    .ciphers(CIPHERS)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocols))
                    .build();
        } catch (SSLException unusable) {
            throw new IllegalArgumentException("server.tls: cannot be set up with these certificates", unusable);
        }
    }

    /** The handler of a new connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
