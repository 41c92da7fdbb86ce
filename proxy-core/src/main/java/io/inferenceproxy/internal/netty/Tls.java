package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** How connections end when TLS may be in their pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // closing cannot usefully fail
final class Tls {

    private static final Certificate[] NO_CERTIFICATES = {};

    private Tls() {}

    /** Says that nothing more will come from us, in TLS and then in TCP; what the client still sends can be read. */
    static void closeOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && channel instanceof DuplexChannel duplex) {
            tls.closeOutbound().addListener(said -> duplex.shutdownOutput());
        }
    }

    /** What the client proved to be, where it was asked. */
    static Optional<X509Certificate> clientCertificate(Channel channel) {
        Certificate[] chain = clientChain(channel);
        return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                ? Optional.of(certificate)
                : Optional.empty();
    }

    /** By what it proved that: its own certificate, then those of its issuers; empty where it was not asked. */
    static Certificate[] clientChain(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null || !tls.engine().getNeedClientAuth()) {
            return NO_CERTIFICATES;
        }
        try {
            return tls.engine().getSession().getPeerCertificates();
        } catch (SSLPeerUnverifiedException unproven) {
            return NO_CERTIFICATES;
        }
    }

    /** Ends the connection without the word by which TLS says that all was sent. */
    static void abruptly(ChannelHandlerContext context) {
        ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
        (tls == null ? context : tls).close(); // from there on towards the socket
    }
}
