package io.inferenceproxy.cli;

import java.net.URI;

/** How a listener is reached from the same machine. */
final class Addresses {

    private Addresses() {}

    /** The URL of a host and port; the addresses that stand for all become the loopback one. */
    static URI reachable(String host, int port) {
        String name = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port);
    }
}
