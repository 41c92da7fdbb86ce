package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A change of sessions as a line of the sessions file. */
final class SessionRecord {

    private static final String SESSION = "session";
    private static final String END = "end";
    private static final String TOKEN = "token";
    private static final String USER = "user";
    private static final String ISSUED = "issued";
    private static final String UNTIL = "until";
    private static final String ALL = "all";

    private SessionRecord() {}

    static SessionChange read(JsonNode node) {
        if (node.has(SESSION)) {
            return new SessionChange.Put(new Session(
                    RecordLines.text(node, SESSION),
                    RecordLines.text(node, USER),
                    Secret.of(RecordLines.text(node, "root")),
                    Secret.of(RecordLines.text(node, "turn")),
                    RecordLines.instant(node, "created"),
                    RecordLines.instant(node, "expiry"),
                    RecordLines.instant(node, "tokens-end")));
        }
        if (node.has(END)) {
            return new SessionChange.End(RecordLines.text(node, END), RecordLines.instant(node, UNTIL));
        }
        if (node.has(TOKEN)) {
            return new SessionChange.Token(RecordLines.text(node, TOKEN), RecordLines.instant(node, UNTIL));
        }
        if (node.has(USER)) {
            return new SessionChange.User(RecordLines.text(node, USER), RecordLines.instant(node, ISSUED));
        }
        if (node.has(ALL)) {
            return new SessionChange.All(RecordLines.instant(node, ALL));
        }
        throw new IllegalArgumentException("nothing that can happen to a session");
    }

    static ObjectNode write(SessionChange change) {
        ObjectNode node = RecordLines.object();
        if (change instanceof SessionChange.Put put) {
            Session session = put.session();
            return node.put(SESSION, session.id())
                    .put(USER, session.user())
                    .put("root", session.root().reveal())
                    .put("turn", session.turn().reveal())
                    .put("created", session.created().toString())
                    .put("expiry", session.expiry().toString())
                    .put("tokens-end", session.tokensEnd().toString());
        }
        if (change instanceof SessionChange.End end) {
            return node.put(END, end.id()).put(UNTIL, end.until().toString());
        }
        if (change instanceof SessionChange.Token token) {
            return node.put(TOKEN, token.id()).put(UNTIL, token.until().toString());
        }
        if (change instanceof SessionChange.User user) {
            return node.put(USER, user.name()).put(ISSUED, user.issued().toString());
        }
        return node.put(ALL, ((SessionChange.All) change).issued().toString());
    }
}
