package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Those who have signed in: a login begins a session, each refresh token turns it once, and whoever comes with one that was
 * turned already ends it, since one of the two is a thief. Asks and writes the store, so it is for threads that may block.
 */
public final class Sessions {

    private static final Secret NOBODYS = SecretText.digest("nobody's");

    private final SessionStore store;
    private final UserStore users;
    private final TokenIssuer issuer;
    private final SessionOptions options;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();

    public Sessions(SessionStore store, UserStore users, TokenIssuer issuer, SessionOptions options, Ticker ticker) {
        this.store = store;
        this.users = users;
        this.issuer = issuer;
        this.options = options;
        this.ticker = ticker;
    }

    /**
     * Begins a session of a user who has just proved who they are; what they had before is dated before it, so whoever may have
     * changed meanwhile must be looked at again.
     */
    Grant open(User user) {
        Instant now = ticker.now();
        RefreshToken refresh = RefreshToken.random(random);
        IssuedToken token = token(user, refresh.session());
        Session session = new Session(
                refresh.session(),
                user.name(),
                digest(refresh.root()),
                digest(refresh.turn()),
                later(now, store.revocations().before(user.name()).plusMillis(1)),
                expiry(now, now),
                token.expiry());
        store.open(session, options.perUser());
        return new Grant(token, refresh.whole());
    }

    /** Gives a new token and a new refresh token for one that is good. */
    Outcome refresh(Secret text) {
        Instant now = ticker.now();
        Optional<RefreshToken> parsed = RefreshToken.parse(text.reveal());
        if (parsed.isEmpty()) {
            return new Outcome.Refused("a refresh token of another form", "");
        }
        RefreshToken refresh = parsed.get();
        Optional<Session> found = store.session(refresh.session());
        boolean own = digest(refresh.root()).equals(found.map(Session::root).orElse(NOBODYS));
        boolean present = digest(refresh.turn()).equals(found.map(Session::turn).orElse(NOBODYS));
        if (found.isEmpty() || !own) {
            return new Outcome.Refused(
                    found.isEmpty() ? "no such session, or it has ended" : "not of this session", "");
        }
        Session session = found.get();
        if (!present) {
            return robbed(session, "an old refresh token: the session of " + session.user() + " is ended");
        }
        if (!now.isBefore(session.expiry())) {
            return new Outcome.Refused("the refresh token has expired", "");
        }
        Optional<User> user = users.user(session.user()).filter(User::enabled);
        if (user.isEmpty() || store.revocations().isRevoked(session.user(), session.created())) {
            return ended(session, user.isEmpty() ? "the user is gone or disabled" : "the user was revoked");
        }
        return turned(session, refresh.next(random), user.get(), now);
    }

    private Outcome turned(Session session, RefreshToken next, User user, Instant now) {
        IssuedToken token = token(user, session.id());
        Session turned = session.turned(digest(next.turn()), expiry(now, session.created()), token.expiry());
        return store.turn(session, turned)
                ? new Outcome.Granted(new Grant(token, next.whole()))
                : robbed(session, "another has just turned the session, or it has ended: it is ended");
    }

    /** Ends a session that was begun a moment ago, before anyone has its tokens. */
    void end(Grant grant) {
        RefreshToken.parse(grant.refreshToken().reveal())
                .ifPresent(own -> store.end(own.session(), grant.token().expiry()));
    }

    /** Ends what a token belongs to: its session, else the token alone. */
    void end(TokenMark token) {
        if (token.session().isEmpty()) {
            store.revokeToken(token.id(), token.expiry());
        } else {
            store.end(token.session(), token.expiry());
        }
    }

    private Outcome ended(Session session, String reason) {
        store.end(session.id(), session.tokensEnd());
        return new Outcome.Refused(reason, "");
    }

    /** Of two who come with the same refresh token one is a thief. */
    private Outcome robbed(Session session, String reason) {
        store.end(session.id(), session.tokensEnd());
        return new Outcome.Refused(reason, session.user());
    }

    /** Dated after the last revocation of the user: tokens tell only whole seconds. */
    private IssuedToken token(User user, String session) {
        return issuer.issue(
                TokenRequest.of(user.name()).withRoles(user.roles()), session, afterRevocationOf(user.name()));
    }

    /** A token for a program that has shown its key. */
    IssuedToken tokenWithKey(String keyId, TokenRequest request) {
        Instant earliest = later(afterRevocationOf(request.subject()), afterRevocationOf(KeyTokens.markOf(keyId)));
        return issuer.issue(request, "", earliest);
    }

    private Instant afterRevocationOf(String name) {
        Instant revoked = store.revocations().before(name);
        return revoked.equals(Instant.MIN)
                ? revoked
                : revoked.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private Instant expiry(Instant now, Instant created) {
        Instant unused = now.plus(options.refreshTtl());
        Instant last = created.plus(options.maxAge());
        return unused.isBefore(last) ? unused : last;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Secret digest(Secret text) {
        return SecretText.digest(text.reveal());
    }

    /**
     * What a caller gets who has signed in or refreshed.
     *
     * @param token for calls
     * @param refreshToken for the next token
     */
    record Grant(IssuedToken token, Secret refreshToken) {}

    /** What came of a refresh token. */
    sealed interface Outcome {

        /** It was good. */
        record Granted(Grant grant) implements Outcome {}

        /**
         * It was not.
         *
         * @param reason why, for the log alone
         * @param robbed whose session it was, when it was used before; else empty
         */
        record Refused(String reason, String robbed) implements Outcome {}
    }
}
