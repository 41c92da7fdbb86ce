package io.inferenceproxy.cli;

import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.ServerOptions;
import java.net.URI;

/** How a listener is reached from the same machine. */
final class Addresses {

    private Addresses() {}

    /** The URL of the listener; the addresses that stand for all become the loopback one. */
    static URI reachable(ServerOptions server) {
        return reachable(server.tls().isOn() ? "https" : "http", server.host(), server.port());
    }

    /** The URL of the listener for operators. */
    static URI reachable(AdminOptions admin) {
        return reachable("http", admin.host(), admin.port());
    }

    private static URI reachable(String scheme, String host, int port) {
        String name = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        return URI.create(scheme + "://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port);
    }
}
