package io.inferenceproxy.undertow;

import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exchanges that are under way on one connection, told when it closes. One listener a connection: Undertow keeps every
 * listener for the life of the connection, so one an exchange would pile up.
 */
final class OpenExchanges implements ServerConnection.CloseListener {

    private static final AttachmentKey<OpenExchanges> KEY = AttachmentKey.create(OpenExchanges.class);

    private final Set<MountedExchange> open = ConcurrentHashMap.newKeySet(1);

    /** Those of this connection. */
    static OpenExchanges of(ServerConnection connection) {
        OpenExchanges known = connection.getAttachment(KEY);
        if (known == null) {
            known = new OpenExchanges();
            connection.putAttachment(KEY, known);
            connection.addCloseListener(known);
        }
        return known;
    }

    void add(MountedExchange begun) {
        open.add(begun);
    }

    void remove(MountedExchange ended) {
        open.remove(ended);
    }

    @Override
    public void closed(ServerConnection connection) {
        open.forEach(MountedExchange::connectionClosed);
    }
}
