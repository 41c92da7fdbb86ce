package io.inferenceproxy.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.Revocations;
import io.inferenceproxy.auth.Session;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.TokenMark;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store of sessions and revocations must do, wherever it keeps them: one test a promise. */
@NullUnmarked // fields are set before each test
public abstract class SessionStoreContract {

    private static final int THREADS = 8;
    private static final int MANY = 20;

    /** The time, which the test moves. */
    protected final ManualTime time = ManualTime.create();

    private SessionStore store;
    private int sessions;

    /** Opens the store of the test: each time another view of the same sessions, as a process of its own would have. */
    protected abstract SessionStore open() throws Exception;

    /** Opens the store. */
    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @Test
    void aSessionIsFoundAsItWasOpened() {
        Session session = opened("\u00e5sa");

        assertThat(store.session(session.id())).contains(session);
        assertThat(store.session(session("nobody").id())).isEmpty();
    }

    @Test
    void whatWasAcknowledgedIsThereForWhoOpensTheStoreAnew() throws Exception {
        Session turned = opened("alice");
        Session ended = opened("bob");
        Session next = turned.turned(digest('n'), later(20), later(2));
        assertThat(store.turn(turned, next)).isTrue();
        store.end(ended.id(), ended.tokensEnd());
        store.revokeToken("token-1", later(1));
        store.revokeUser("carol", time.now());

        SessionStore anew = open();

        assertThat(anew.session(turned.id())).contains(next);
        assertThat(anew.session(ended.id())).isEmpty();
        assertThat(anew.revocations()).isEqualTo(store.revocations());
        assertThat(anew.revocations().isRevoked(token("other", ended.id(), "bob", time.now())))
                .isTrue();
    }

    @Test
    void aSessionThatHasTurnedSinceItWasSeenDoesNotTurn() {
        Session seen = opened("alice");
        store.turn(seen, seen.turned(digest('x'), later(20), later(2)));

        assertThat(store.turn(seen, seen.turned(digest('y'), later(20), later(2))))
                .isFalse();
        assertThat(store.session(seen.id()).orElseThrow().turn()).isEqualTo(digest('x'));
    }

    @Test
    void aSessionThatHasEndedTurnsNoMore() {
        Session seen = opened("alice");
        store.end(seen.id(), seen.tokensEnd());

        assertThat(store.turn(seen, seen.turned(digest('x'), later(20), later(2))))
                .isFalse();
        assertThat(store.session(seen.id())).isEmpty();
    }

    @Test
    void allTokensOfAnEndedSessionAreRevokedAtOnceAndNoOthers() {
        Session ended = opened("alice");
        Session other = opened("alice");

        store.end(ended.id(), ended.tokensEnd());

        assertThat(store.revocations().isRevoked(token("1", ended.id(), "alice", time.now())))
                .isTrue();
        assertThat(store.revocations().isRevoked(token("2", other.id(), "alice", time.now())))
                .isFalse();
    }

    @Test
    void aSingleTokenIsRevoked() {
        store.revokeToken("1", later(1));

        assertThat(store.revocations().isRevoked(token("1", "", "alice", time.now())))
                .isTrue();
        assertThat(store.revocations().isRevoked(token("2", "", "alice", time.now())))
                .isFalse();
    }

    /** The tokens that were got with an API key have no session, and a mark that is no name. */
    @Test
    void theTokensOfAKeyEndWithItAndOfAnotherOneThoseBefore() throws Exception {
        store.end("key\n1", later(2));
        store.revokeUser("key\n2", time.now());
        Instant then = time.now();
        time.advance(Duration.ofSeconds(1));

        SessionStore anew = open();

        for (Revocations known : List.of(store.revocations(), anew.revocations())) {
            assertThat(known.isRevoked(ofKey("key\n1", time.now()))).isTrue();
            assertThat(known.isRevoked(ofKey("key\n2", then))).isTrue();
            assertThat(known.isRevoked(ofKey("key\n2", time.now()))).isFalse();
            assertThat(known.isRevoked(ofKey("key\n3", then))).isFalse();
        }
    }

    private TokenMark ofKey(String key, Instant issued) {
        return new TokenMark("1", "", key, "nightly", issued, later(1));
    }

    @Test
    void allThatAUserGotBeforeIsRevokedAndWhatComesLaterIsNot() {
        Session before = opened("alice");
        Session ofAnother = opened("bob");

        store.revokeUser("alice", time.now());

        assertThat(store.session(before.id())).isEmpty();
        assertThat(store.session(ofAnother.id())).isPresent();
        assertThat(store.revocations().isRevoked(token("1", "", "alice", time.now())))
                .isTrue();
        assertThat(store.revocations()
                        .isRevoked(token("1", "", "alice", time.now().plusSeconds(1))))
                .isFalse();
        assertThat(store.revocations().isRevoked(token("1", "", "bob", time.now())))
                .isFalse();
    }

    @Test
    void everythingIsRevoked() {
        Session before = opened("alice");

        store.revokeAll(time.now());

        assertThat(store.session(before.id())).isEmpty();
        assertThat(store.revocations().isRevoked(token("1", "", "bob", time.now())))
                .isTrue();
        assertThat(store.revocations()
                        .isRevoked(token("1", "", "bob", time.now().plusSeconds(1))))
                .isFalse();
    }

    @Test
    void aLaterRevocationIsNotTakenBackByAnEarlierOne() {
        store.revokeUser("alice", time.now());
        store.revokeUser("alice", time.now().minusSeconds(60));

        assertThat(store.revocations().isRevoked(token("1", "", "alice", time.now())))
                .isTrue();
    }

    @Test
    void theOldestSessionOfAUserMakesRoom() {
        Session oldest = opened("alice", 2);
        Session ofAnother = opened("bob", 2);
        Session second = opened("alice", 2);

        Session third = opened("alice", 2);

        assertThat(store.session(oldest.id())).isEmpty();
        assertThat(store.revocations().isRevoked(token("1", oldest.id(), "alice", time.now())))
                .isTrue();
        assertThat(store.session(ofAnother.id())).isPresent();
        assertThat(store.session(second.id())).isPresent();
        assertThat(store.session(third.id())).isPresent();
    }

    @Test
    void revocationsAreTheSameObjectAsLongAsNothingIsRevoked() {
        Session session = opened("alice");
        Object before = store.revocations();
        store.turn(session, session.turned(digest('x'), later(20), later(2)));
        opened("bob");

        assertThat(store.revocations()).isSameAs(before);
    }

    @Test
    void anotherProcessLearnsOfARevocation() throws Exception {
        SessionStore other = open();
        Session session = opened("alice");
        store.end(session.id(), session.tokensEnd());

        if (other instanceof WatchedStore watched) {
            watched.refresh();
        }

        assertThat(other.revocations().isRevoked(token("1", session.id(), "alice", time.now())))
                .isTrue();
    }

    @Test
    void ofManyWhoTurnTheSameSessionOneSucceeds() throws Exception {
        Session seen = opened("alice");
        List<SessionStore> stores = List.of(store, open());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Session next = seen.turned(digest((char) ('a' + i)), later(20), later(2));
                SessionStore view = stores.get(i % stores.size());
                attempts.add(() -> view.turn(seen, next));
            }
            int succeeded = 0;
            for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
                succeeded += attempt.get() ? 1 : 0;
            }

            assertThat(succeeded).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private Session opened(String user) {
        return opened(user, MANY);
    }

    private Session opened(String user, int most) {
        Session session = session(user);
        store.open(session, most);
        time.advance(Duration.ofMillis(1));
        return session;
    }

    private Session session(String user) {
        String id = "x".repeat(20) + (char) ('a' + sessions / 20) + (char) ('A' + sessions % 8);
        sessions++;
        return new Session(id, user, digest('r'), digest('t'), time.now(), later(10), later(1));
    }

    private Instant later(int hours) {
        return time.now().plus(Duration.ofHours(hours));
    }

    private static Secret digest(char c) {
        return Secret.of(String.valueOf(c).repeat(43));
    }

    private TokenMark token(String id, String session, String subject, Instant issued) {
        return new TokenMark(id, session, "", subject, issued, later(1));
    }
}
