package io.inferenceproxy.internal.netty;

import io.inferenceproxy.server.ServerCertificates;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.server.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import java.io.UncheckedIOException;
import java.security.cert.Certificate;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS towards clients: versions, ciphers and certificates of a listener, with the JDK's own implementation. Its files are
 * looked at again and again; what they come to hold is for new connections, but that a client's certificate was revoked ends
 * those that it has, too. What is wrong with one of them changes nothing of what it is for, and stops none of the others.
 */
final class ServerTls {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
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

    private final TlsOptions options;
    private final long handshakeMillis;
    private final List<String> protocols;
    private ServerCertificates certificates; // touched by one look at a time
    private List<String> complaints = List.of();
    private volatile List<X509CRL> revocations;
    private volatile SslContext context;

    private ServerTls(ServerOptions server) {
        this.options = server.tls();
        this.handshakeMillis = server.headTimeout().toMillis();
        this.protocols = server.http2().enabled()
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
        this.certificates = ServerCertificates.read(options);
        this.revocations = certificates.revocations();
        this.context = context(certificates, protocols);
    }

    /** Reads the files and makes ready, which blocks. */
    static ServerTls open(ServerOptions server) {
        return new ServerTls(server);
    }

    private static SslContext context(ServerCertificates certificates, List<String> protocols) {
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(new NamedCertificates(certificates.pairs()));
            if (!certificates.clientAuthorities().isEmpty()) {
                builder.trustManager(ClientTrust.of(certificates)).clientAuth(ClientAuth.REQUIRE);
            }
            return builder.sslProvider(SslProvider.JDK)
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

    /**
     * Looks at the files from time to time, on a worker, until told to stop.
     *
     * @param revoking told when the revocation lists have changed
     */
    Runnable watch(EventLoop loop, Executor workers, Runnable revoking) {
        if (options.reloadInterval().isZero()) {
            return () -> {};
        }
        long nanos = options.reloadInterval().toNanos();
        Future<?> looking = loop.scheduleWithFixedDelay(
                () -> {
                    try {
                        workers.execute(() -> look(revoking));
                    } catch (RejectedExecutionException busy) {
                        LOG.debug("no room to look at the files of server.tls; later");
                    }
                },
                nanos,
                nanos,
                TimeUnit.NANOSECONDS);
        return () -> looking.cancel(false);
    }

    private synchronized void look(Runnable revoking) {
        List<String> wrong = new ArrayList<>();
        ServerCertificates before = certificates;
        ServerCertificates found = new ServerCertificates(
                readOr(before.pairs(), () -> ServerCertificates.readPairs(options), wrong),
                readOr(before.clientAuthorities(), () -> ServerCertificates.readClientAuthorities(options), wrong),
                readOr(before.revocations(), () -> ServerCertificates.readRevocations(options), wrong));
        if (!found.equals(before)) {
            try {
                context = context(found, protocols);
                certificates = found;
                tellChanges(before, found);
            } catch (IllegalArgumentException unusable) {
                wrong.add(String.valueOf(unusable.getMessage()));
            }
        }
        complain(wrong);
        if (!found.revocations().equals(revocations)) {
            revocations = found.revocations();
            revoking.run();
        }
    }

    /** What files hold, or what they held before where they cannot be used. */
    private static <T> List<T> readOr(List<T> before, Supplier<List<T>> files, List<String> wrong) {
        try {
            return files.get();
        } catch (IllegalArgumentException | UncheckedIOException unusable) {
            wrong.add(String.valueOf(unusable.getMessage()));
            return before;
        }
    }

    private static void tellChanges(ServerCertificates before, ServerCertificates now) {
        if (!now.pairs().equals(before.pairs())) {
            LOG.info("server.tls: the certificates have changed, new connections get {}", now.pairs());
        }
        if (!now.clientAuthorities().equals(before.clientAuthorities())) {
            LOG.info("server.tls.client-ca: has changed, which is for new connections");
        }
        if (!now.revocations().equals(before.revocations())) {
            LOG.info("server.tls.client-crl: has changed, which is for open connections too");
        }
    }

    /** Once for each, not at every look. */
    private void complain(List<String> wrong) {
        for (String told : wrong) {
            if (!complaints.contains(told)) {
                LOG.warn("{}; what was there before is still used", told);
            }
        }
        complaints = List.copyOf(wrong);
    }

    /** Whether one of the certificates by which the client is known holds no more, by the lists as they are now. */
    boolean isRevoked(Channel channel) {
        List<X509CRL> lists = revocations;
        if (lists.isEmpty()) {
            return false;
        }
        for (Certificate certificate : Tls.clientChain(channel)) {
            for (X509CRL list : lists) {
                if (list.isRevoked(certificate)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The handler of a new connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
