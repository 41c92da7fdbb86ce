package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** How connections end when TLS may be in their pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // closing cannot usefully fail
final class Tls {

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
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null || !tls.engine().getNeedClientAuth()) {
            return Optional.empty();
        }
        try {
            return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException unproven) {
            return Optional.empty();
        }
    }

    /** Ends the connection without the word by which TLS says that all was sent. */
    static void abruptly(ChannelHandlerContext context) {
        ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
        (tls == null ? context : tls).close(); // from there on towards the socket
    }
}
