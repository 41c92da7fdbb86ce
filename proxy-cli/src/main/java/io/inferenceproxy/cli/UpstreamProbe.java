package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.upstream.UpstreamTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Connects to every address of every upstream, with TLS where it is https, and sends nothing. */
final class UpstreamProbe {

    private UpstreamProbe() {}

    /** One line for each address that did not answer. */
    static List<String> silent(ProxyOptions options) {
        List<String> silent = new ArrayList<>();
        for (Map.Entry<String, UpstreamOptions> upstream : options.upstreams().entrySet()) {
            UpstreamTls wanted =
                    UpstreamTls.read(upstream.getKey(), upstream.getValue().tls());
            for (URI url : upstream.getValue().urls()) {
                try {
                    int timeout = Math.toIntExact(Math.min(
                            60_000, upstream.getValue().connectTimeout().toMillis()));
                    connect(UpstreamAddress.of(url, wanted), timeout);
                } catch (IOException failed) {
                    silent.add("upstreams." + upstream.getKey() + ".urls: " + url + " does not answer ("
                            + failed.getMessage() + ")");
                }
            }
        }
        return silent;
    }

    private static void connect(UpstreamAddress address, int timeoutMillis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMillis);
            if (!address.secure()) {
                return;
            }
            socket.setSoTimeout(timeoutMillis);
            SSLSocketFactory factory = UpstreamSockets.of(address.tls());
            try (SSLSocket tls = (SSLSocket) factory.createSocket(socket, address.serverName(), address.port(), true)) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                tls.setSSLParameters(parameters);
                tls.startHandshake();
            }
        }
    }
}
