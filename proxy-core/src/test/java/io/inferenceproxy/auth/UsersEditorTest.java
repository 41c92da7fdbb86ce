package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersEditorTest {

    @TempDir
    Path directory;

    @Test
    void addsUsersWhoCanThenSignIn() throws IOException {
        UsersEditor editor = UsersEditor.ofFile(file());

        boolean added = editor.add("alice", Secret.of("wonder"), List.of("researcher"));

        assertThat(added).isTrue();
        assertThat(editor.list()).singleElement().satisfies(alice -> {
            assertThat(alice.name()).isEqualTo("alice");
            assertThat(alice.roles()).containsExactly("researcher");
            assertThat(alice.enabled()).isTrue();
            assertThat(new Argon2id(PasswordOptions.DEFAULT).matches(Secret.of("wonder"), alice.password()))
                    .isTrue();
        });
        assertThat(Files.readString(file())).doesNotContain("wonder");
    }

    @Test
    void changesNothingWhenTheNameIsTaken() throws IOException {
        UsersEditor editor = UsersEditor.ofFile(file());
        editor.add("alice", Secret.of("wonder"), List.of());
        String before = Files.readString(file());

        boolean added = editor.add("alice", Secret.of("other"), List.of("admin"));

        assertThat(added).isFalse();
        assertThat(Files.readString(file())).isEqualTo(before);
    }

    @Test
    void removesUsersAndChangesPasswords() throws IOException {
        UsersEditor editor = UsersEditor.ofFile(file());
        editor.add("bob", Secret.of("builder"), List.of("r"));
        editor.add("alice", Secret.of("wonder"), List.of());

        assertThat(editor.remove("alice")).contains(UserDirectory.Outcome.DONE);
        assertThat(editor.remove("alice")).isEmpty();
        assertThat(editor.passwd("bob", Secret.of("other"))).isTrue();
        assertThat(editor.passwd("alice", Secret.of("other"))).isFalse();

        assertThat(editor.list()).singleElement().satisfies(bob -> {
            assertThat(bob.roles()).isEqualTo(Set.of("r"));
            assertThat(new Argon2id(PasswordOptions.DEFAULT).matches(Secret.of("other"), bob.password()))
                    .isTrue();
        });
    }

    @Test
    void theLastWhoCouldManageUsersStays() throws IOException {
        UsersEditor editor = UsersEditor.ofFile(file());
        editor.add("root", Secret.of("wonder"), List.of("admin"));

        assertThat(editor.remove("root")).contains(UserDirectory.Outcome.LAST_ADMIN);

        assertThat(editor.has("root")).isTrue();
    }

    @Test
    void keepsNamesThatYamlWouldReadAsSomethingElse() throws IOException {
        UsersEditor editor =
                new UsersEditor(UsersFile.openOrEmpty(file(), Runnable::run, Ticker.system()), new UnmatchableHasher());
        List<String> names = List.of("! x", "\"q\"", "#c", "007", "a: b", "no", "null", "Åsa \uD83D\uDE00", "~");
        for (String name : names) {
            editor.add(name, Secret.of("pw"), List.of(name));
        }

        assertThat(editor.list().stream().map(User::name)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(editor.list()).allSatisfy(user -> assertThat(user.roles()).containsExactly(user.name()));
    }

    @Test
    void hidesTheFileFromOthersAndLeavesNothingBehind() throws IOException {
        UsersEditor editor = UsersEditor.ofFile(file());
        editor.add("alice", Secret.of("wonder"), List.of());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        editor.add("bob", Secret.of("builder"), List.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("users.yaml", "users.yaml.lock");
        }
    }

    @Test
    void writesThroughNoSymbolicLink() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "users:\n");
        Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), target);

        assertThatThrownBy(() -> UsersEditor.ofFile(link).add("alice", Secret.of("wonder"), List.of()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is a symbolic link");
        assertThat(Files.readString(target)).isEqualTo("users:\n");
    }

    @Test
    void leavesABrokenFileAlone() throws IOException {
        Path broken = Files.writeString(directory.resolve("users.yaml"), "users: {");

        assertThatThrownBy(() -> UsersEditor.ofFile(broken).add("alice", Secret.of("wonder"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Files.readString(broken)).isEqualTo("users: {");
    }

    @Test
    void refusesNamesAndPasswordsThatCouldNotSignIn() throws IOException {
        UsersEditor editor =
                new UsersEditor(UsersFile.openOrEmpty(file(), Runnable::run, Ticker.system()), new CountingHasher());

        assertThatThrownBy(() -> editor.add("a\nb", Secret.of("pw"), List.of()))
                .hasMessageStartingWith("user: no name");
        assertThatThrownBy(() -> editor.add("alice", Secret.of("pw"), List.of("")))
                .hasMessageStartingWith("role: no name");
        for (String password : List.of("", "p".repeat(1_025), "\uD800")) {
            assertThatThrownBy(() -> editor.add("alice", Secret.of(password), List.of()))
                    .hasMessageStartingWith("password: empty, too long or no text (expected: 1 to 1024 characters)");
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void listsNobodyWhereThereIsNoFile() throws IOException {
        assertThat(UsersEditor.ofFile(file()).list()).isEmpty();
    }

    /** Makes hashes that can be read, without the work. */
    private static final class UnmatchableHasher implements PasswordHasher {
        private final Argon2id argon2id = new Argon2id(PasswordOptions.DEFAULT);

        @Override
        public Secret hash(Secret password) {
            return argon2id.unmatchable();
        }

        @Override
        public boolean matches(Secret password, Secret hash) {
            return false;
        }

        @Override
        public Secret unmatchable() {
            return argon2id.unmatchable();
        }
    }

    private Path file() {
        return directory.resolve("state").resolve("users.yaml");
    }
}
