package io.inferenceproxy.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.User;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.UserDirectory.Outcome;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store of users that can be managed must do, wherever it keeps them: one test a promise. */
@NullUnmarked // fields are set before each test
public abstract class UserDirectoryContract {

    private static final int THREADS = 8;
    private static final Secret HASH = Secret.of(
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g");

    /** The time, which the test moves. */
    protected final ManualTime time = ManualTime.create();

    private UserDirectory users;

    /** Opens the store of the test: each time another view of the same users, as a process of its own would have. */
    protected abstract UserDirectory open() throws Exception;

    /** Opens the store. */
    @BeforeEach
    void openStore() throws Exception {
        users = open();
    }

    @Test
    void aUserIsFoundAsTheyWereAddedAlsoByWhoOpensTheStoreAnew() throws Exception {
        User user = new User("\u00e5sa: \"x\"", HASH, Set.of("b", "a"), false);
        assertThat(users.add(user)).isTrue();

        assertThat(users.user(user.name())).contains(user);
        assertThat(open().user(user.name())).contains(user);
        assertThat(users.user("nobody")).isEmpty();
    }

    @Test
    void aNameIsGivenOnce() {
        User user = added("alice");

        assertThat(users.add(user.withRoles(Set.of("other")))).isFalse();
        assertThat(users.user("alice")).contains(user);
    }

    @Test
    void aUserIsChangedAndRemoved() throws Exception {
        User user = added("alice");
        User next = user.withEnabled(false).withRoles(Set.of("researcher"));

        assertThat(users.change(user, Optional.of(next))).isEqualTo(Outcome.DONE);
        assertThat(users.user("alice")).contains(next);
        assertThat(users.isDisabled("alice")).isTrue();
        assertThat(users.change(next, Optional.empty())).isEqualTo(Outcome.DONE);
        assertThat(users.user("alice")).isEmpty();
        assertThat(open().user("alice")).isEmpty();
    }

    @Test
    void aUserWhoHasChangedSinceTheyWereSeenIsNotChanged() {
        User seen = added("alice");
        users.change(seen, Optional.of(seen.withRoles(Set.of("first"))));

        assertThat(users.change(seen, Optional.of(seen.withRoles(Set.of("second")))))
                .isEqualTo(Outcome.STALE);
        assertThat(users.change(seen, Optional.empty())).isEqualTo(Outcome.STALE);
    }

    @Test
    void theLastEnabledAdminIsNeitherRemovedNorDisabledNorStripped() {
        User admin = new User("root", HASH, Set.of("admin"), true);
        users.add(admin);
        users.add(new User("asleep", HASH, Set.of("admin"), false));

        assertThat(users.change(admin, Optional.empty())).isEqualTo(Outcome.LAST_ADMIN);
        assertThat(users.change(admin, Optional.of(admin.withEnabled(false)))).isEqualTo(Outcome.LAST_ADMIN);
        assertThat(users.change(admin, Optional.of(admin.withRoles(Set.of())))).isEqualTo(Outcome.LAST_ADMIN);
        assertThat(users.change(admin, Optional.of(admin.withRoles(Set.of("admin", "more")))))
                .isEqualTo(Outcome.DONE);
    }

    @Test
    void ofTwoAdminsWhoRemoveEachOtherOneStays() throws Exception {
        User one = new User("one", HASH, Set.of("admin"), true);
        User two = new User("two", HASH, Set.of("admin"), true);
        users.add(one);
        users.add(two);
        UserDirectory other = open();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Outcome>> removals =
                    List.of(() -> users.change(one, Optional.empty()), () -> other.change(two, Optional.empty()));
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> removal : threads.invokeAll(removals)) {
                outcomes.add(removal.get());
            }

            assertThat(outcomes).containsExactlyInAnyOrder(Outcome.DONE, Outcome.LAST_ADMIN);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofManyWhoChangeTheSameUserOneSucceeds() throws Exception {
        User seen = added("alice");
        List<UserDirectory> views = List.of(users, open());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Outcome>> changes = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                User next = seen.withRoles(Set.of("role" + i));
                UserDirectory view = views.get(i % views.size());
                changes.add(() -> view.change(seen, Optional.of(next)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> change : threads.invokeAll(changes)) {
                outcomes.add(change.get());
            }

            assertThat(outcomes)
                    .containsOnly(Outcome.DONE, Outcome.STALE)
                    .filteredOn(outcome -> outcome == Outcome.DONE)
                    .hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anotherProcessLearnsThatAUserIsDisabled() throws Exception {
        User user = added("alice");
        UserDirectory other = open();
        users.change(user, Optional.of(user.withEnabled(false)));

        if (other instanceof WatchedStore watched) {
            watched.refresh();
        }

        assertThat(other.isDisabled("alice")).isTrue();
    }

    @Test
    void pagesAreInTheOrderOfNamesAndCompleteTogether() {
        List<String> names = List.of("B", "a", "c", "d", "\u00e5");
        names.forEach(this::added);

        List<String> listed = new ArrayList<>();
        String after = "";
        for (int i = 0; i < 3; i++) {
            for (User user : users.page(after, 2)) {
                after = user.name();
                listed.add(after);
            }
        }

        assertThat(listed).containsExactlyElementsOf(names);
    }

    private User added(String name) {
        User user = new User(name, HASH, Set.of(), true);
        users.add(user);
        return user;
    }
}
