package io.inferenceproxy.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store of API keys must do, wherever it keeps them: one test a promise. */
@NullUnmarked // fields are set before each test
public abstract class KeyStoreContract {

    private static final int THREADS = 8;

    /** The time, which the test moves. */
    protected final ManualTime time = ManualTime.create();

    private KeyStore store;
    private KeyIssuer issuer;

    /** Opens the store of the test: each time another view of the same keys, as a process of its own would have. */
    protected abstract KeyStore open() throws Exception;

    /** Opens the store. */
    @BeforeEach
    void openStore() throws Exception {
        store = open();
        issuer = new KeyIssuer(store, time);
    }

    @Test
    void aKeyIsFoundAsItWasAdded() {
        ApiKey key = issuer.create(KeyRequest.of("\u00e5sa")
                        .withRoles(Set.of("b", "a"))
                        .withScopes(Set.of("predict"))
                        .withRoutes(Set.of("inference"))
                        .withTtl(Duration.ofDays(90))
                        .withNote("the \"nightly\" report"))
                .key();

        assertThat(found(store, key.id())).contains(key);
    }

    @Test
    void anUnknownKeyIsNotFound() {
        issuer.create(KeyRequest.of("alice"));

        assertThat(found(store, "123456789abc")).isEmpty();
    }

    @Test
    void whatWasAcknowledgedIsThereForWhoOpensTheStoreAnew() throws Exception {
        ApiKey kept = issuer.create(KeyRequest.of("alice")).key();
        ApiKey changed = issuer.create(KeyRequest.of("bob")).key();
        ApiKey removed = issuer.create(KeyRequest.of("carol")).key();
        assertThat(store.replace(changed, changed.withEnabled(false))).isTrue();
        assertThat(store.remove(removed.id())).isTrue();

        KeyStore anew = open();

        assertThat(found(anew, kept.id())).contains(kept);
        assertThat(found(anew, changed.id())).contains(changed.withEnabled(false));
        assertThat(found(anew, removed.id())).isEmpty();
    }

    @Test
    void anIdentifierIsGivenOnce() {
        ApiKey key = issuer.create(KeyRequest.of("alice")).key();

        assertThat(store.add(key.withNote("another"))).isFalse();
        assertThat(found(store, key.id())).contains(key);
    }

    @Test
    void aKeyThatHasChangedSinceItWasSeenIsNotReplaced() {
        ApiKey seen = issuer.create(KeyRequest.of("alice")).key();
        store.replace(seen, seen.withNote("first"));

        assertThat(store.replace(seen, seen.withNote("second"))).isFalse();
        assertThat(found(store, seen.id())).contains(seen.withNote("first"));
    }

    @Test
    void aKeyThatIsGoneIsNeitherReplacedNorRemoved() {
        ApiKey gone = issuer.create(KeyRequest.of("alice")).key();
        store.remove(gone.id());

        assertThat(store.replace(gone, gone.withNote("back"))).isFalse();
        assertThat(store.remove(gone.id())).isFalse();
        assertThat(found(store, gone.id())).isEmpty();
    }

    @Test
    void anotherProcessLearnsOfAChangeWithANewRevision() throws Exception {
        KeyStore other = open();
        ApiKey key = issuer.create(KeyRequest.of("alice")).key();
        refresh(other);
        long before = other.revision();

        store.remove(key.id());
        refresh(other);

        assertThat(found(other, key.id())).isEmpty();
        assertThat(other.revision()).isNotEqualTo(before);
    }

    @Test
    void anOwnChangeIsKnownAtOnceWithANewRevision() {
        ApiKey key = issuer.create(KeyRequest.of("alice")).key();
        long before = store.revision();

        store.replace(key, key.withEnabled(false));

        assertThat(store.revision()).isNotEqualTo(before);
    }

    @Test
    void pagesAreInTheOrderOfIdentifiersAndCompleteTogether() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(issuer.create(KeyRequest.of("user" + i)).key().id());
        }

        List<String> listed = new ArrayList<>();
        String after = "";
        for (int i = 0; i < 4; i++) {
            for (ApiKey key : store.page(after, 2)) {
                after = key.id();
                listed.add(after);
            }
        }

        assertThat(listed).isSorted().containsExactlyInAnyOrderElementsOf(made);
        assertThat(store.page(after, 2)).isEmpty();
    }

    @Test
    void aRotatedKeyHasTwoSecretsOfWhichTheOldOneEnds() {
        ApiKey key = issuer.create(KeyRequest.of("alice")).key();

        assertThat(issuer.rotate(key.id(), Duration.ofHours(24))).isPresent();
        IssuedKey last = issuer.rotate(key.id(), Duration.ofHours(1)).orElseThrow();

        ApiKey rotated = found(store, key.id()).orElseThrow();
        assertThat(rotated).isEqualTo(last.key());
        assertThat(rotated.secrets()).hasSize(2);
        assertThat(rotated.secrets().get(0).until()).isEmpty();
        assertThat(rotated.secrets().get(1).until()).isPresent();
    }

    @Test
    void whenAKeyWasUsedIsToldInTheEnd() throws Exception {
        ApiKey used = issuer.create(KeyRequest.of("alice")).key();
        ApiKey unused = issuer.create(KeyRequest.of("bob")).key();
        Instant when = Instant.parse("2026-06-01T12:00:00Z");

        store.used(used.id(), when);
        store.used(used.id(), when.minusSeconds(60));
        close(store);

        assertThat(open().lastUses(List.of(used.id(), unused.id()))).isEqualTo(Map.of(used.id(), when));
    }

    @Test
    void ofManyWhoReplaceTheSameKeyOneSucceeds() throws Exception {
        ApiKey seen = issuer.create(KeyRequest.of("alice")).key();
        List<KeyStore> stores = List.of(store, open());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ApiKey next = seen.withNote("attempt " + i);
                KeyStore view = stores.get(i % stores.size());
                attempts.add(() -> view.replace(seen, next));
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

    @Test
    void noKeyThatSeveralProcessesAddAtOnceIsLost() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<String>> additions = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                KeyIssuer own = new KeyIssuer(i % 2 == 0 ? store : open(), time);
                String user = "user" + i;
                additions.add(() -> own.create(KeyRequest.of(user)).key().id());
            }
            List<String> made = new ArrayList<>();
            for (Future<String> addition : threads.invokeAll(additions)) {
                made.add(addition.get());
            }

            assertThat(open().page("", 100).stream().map(ApiKey::id)).containsExactlyInAnyOrderElementsOf(made);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nothingOfASecretIsKept() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        String secret = issued.text().reveal().substring(17);

        assertThat(found(store, issued.key().id()).orElseThrow().secrets().stream()
                        .map(kept -> kept.digest().reveal()))
                .noneMatch(kept -> kept.contains(secret));
        assertThat(issued.toString()).doesNotContain(secret);
        assertThat(issued.text()).isEqualTo(Secret.of("ipx_" + issued.key().id() + "_" + secret));
    }

    private static Optional<ApiKey> found(KeyStore store, String id) {
        return store.find(id).toCompletableFuture().join();
    }

    private static void refresh(KeyStore store) {
        if (store instanceof WatchedStore watched) {
            watched.refresh();
        }
    }

    private static void close(KeyStore store) {
        if (store instanceof WatchedStore watched) {
            watched.close();
        }
    }
}
