package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What all changes so far have led to. Not safe for many threads. */
final class SessionState {

    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Set<String>> byUser = new HashMap<>();
    private final Map<String, Instant> ended = new HashMap<>();
    private final Map<String, Instant> tokens = new HashMap<>();
    private final Map<String, Instant> users = new HashMap<>();
    private Instant everything = Instant.MIN;

    void apply(SessionChange change) {
        if (change instanceof SessionChange.Put put) {
            put(put.session());
        } else if (change instanceof SessionChange.End end) {
            remove(end.id());
            ended.merge(end.id(), end.until(), SessionState::later);
        } else if (change instanceof SessionChange.Token token) {
            tokens.merge(token.id(), token.until(), SessionState::later);
        } else if (change instanceof SessionChange.User user) {
            users.merge(user.name(), user.issued(), SessionState::later);
            List.copyOf(byUser.getOrDefault(user.name(), Set.of())).forEach(this::removeIfRevoked);
        } else if (change instanceof SessionChange.All all) {
            everything = later(everything, all.issued());
            List.copyOf(sessions.keySet()).forEach(this::removeIfRevoked);
        }
    }

    Optional<Session> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /** What happens when a session is added: the oldest of the user make room. */
    List<SessionChange> opening(Session session, int perUser) {
        List<SessionChange> changes = new ArrayList<>();
        List<String> present = List.copyOf(byUser.getOrDefault(session.user(), Set.of()));
        for (String old : present.subList(0, Math.max(0, present.size() + 1 - perUser))) {
            session(old).ifPresent(seen -> changes.add(new SessionChange.End(old, seen.tokensEnd())));
        }
        changes.add(new SessionChange.Put(session));
        return changes;
    }

    /** What happens when a session turns; nothing when it has changed since it was seen. */
    List<SessionChange> turning(Session seen, Session next) {
        return session(seen.id()).filter(seen::equals).isPresent() ? List.of(new SessionChange.Put(next)) : List.of();
    }

    /** What happens when a session ends. */
    List<SessionChange> ending(String id, Instant tokensEnd) {
        Instant until = session(id)
                .map(Session::tokensEnd)
                .map(end -> later(end, tokensEnd))
                .orElse(tokensEnd);
        return List.of(new SessionChange.End(id, until));
    }

    Revocations revocations() {
        return new Revocations(ended, tokens, users, everything);
    }

    /** The fewest changes that lead to what matters of it from now on. */
    List<SessionChange> essence(Instant now) {
        Instant past = now.minus(TokenClaims.SKEW);
        List<SessionChange> changes = new ArrayList<>();
        if (!everything.equals(Instant.MIN)) {
            changes.add(new SessionChange.All(everything));
        }
        users.forEach((name, issued) -> changes.add(new SessionChange.User(name, issued)));
        ended.forEach((id, until) -> addIf(until.isAfter(past), new SessionChange.End(id, until), changes));
        tokens.forEach((id, until) -> addIf(until.isAfter(past), new SessionChange.Token(id, until), changes));
        sessions.values()
                .forEach(session -> addIf(session.expiry().isAfter(now), new SessionChange.Put(session), changes));
        return changes;
    }

    private static void addIf(boolean wanted, SessionChange change, List<SessionChange> changes) {
        if (wanted) {
            changes.add(change);
        }
    }

    private void put(Session session) {
        sessions.put(session.id(), session);
        byUser.computeIfAbsent(session.user(), same -> new LinkedHashSet<>()).add(session.id());
    }

    /** Its tokens are known by the session too: they tell only the second that they are of. */
    private void removeIfRevoked(String id) {
        session(id).filter(session -> isRevoked(session)).ifPresent(session -> {
            remove(id);
            ended.merge(id, session.tokensEnd(), SessionState::later);
        });
    }

    private boolean isRevoked(Session session) {
        Instant own = users.getOrDefault(session.user(), Instant.MIN);
        return !session.created().isAfter(later(own, everything));
    }

    private void remove(String id) {
        Session session = sessions.remove(id);
        if (session != null) {
            Set<String> ofUser = byUser.getOrDefault(session.user(), new LinkedHashSet<>());
            ofUser.remove(id);
            if (ofUser.isEmpty()) {
                byUser.remove(session.user());
            }
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
