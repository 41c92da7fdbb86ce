package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    private StateDirectory state(Optional<Path> named) {
        return StateDirectory.locate(named, cli.surroundings(new ByteArrayOutputStream(), new ByteArrayOutputStream()));
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void itIsWhereTheXdgSpecificationSays() {
        assertThat(state(Optional.empty()).path()).isEqualTo(directory.resolve("state/inference-proxy"));
    }

    @Test
    void itIsBelowHomeWithoutTheVariableAndWithARelativeOne() {
        cli.environment.put("XDG_STATE_HOME", "relative");

        assertThat(state(Optional.empty()).path()).isEqualTo(directory.resolve("home/.local/state/inference-proxy"));
    }

    @Test
    void aNamedOneBeginsInTheWorkingDirectory() {
        assertThat(state(Optional.of(Path.of("mine"))).path()).isEqualTo(directory.resolve("mine"));
    }

    @Test
    void itAndItsFilesAreForTheOwnerOnly() throws Exception {
        StateDirectory state = state(Optional.empty());

        MadeSecret secret = state.secret();
        state.lock().close();

        assertThat(mode(state.path())).isEqualTo("rwx------");
        assertThat(mode(secret.file())).isEqualTo("rw-------");
        assertThat(mode(state.path().resolve("serve.lock"))).isEqualTo("rw-------");
    }

    @Test
    void theSecretIsMadeOnceHoweverManyAskForIt() throws Exception {
        StateDirectory state = state(Optional.empty());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<MadeSecret>> askers = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            askers.add(state::secret);
        }

        List<MadeSecret> made = new ArrayList<>();
        for (Future<MadeSecret> future : threads.invokeAll(askers)) {
            made.add(future.get());
        }
        threads.shutdown();

        Set<String> texts = made.stream().map(one -> one.secret().reveal()).collect(Collectors.toSet());
        assertThat(texts).hasSize(1).allMatch(text -> text.length() == 44);
        assertThat(made).filteredOn(MadeSecret::isNew).hasSize(1);
    }

    @Test
    void aSecretWhoseWriterDiedIsMadeAnew() throws Exception {
        StateDirectory state = state(Optional.empty());
        state.secret();
        Files.writeString(state.path().resolve("secret"), "half");

        assertThat(state.secret().isNew()).isTrue();
    }

    @Test
    void aSecretThatOthersMayReadIsRefused() throws Exception {
        StateDirectory state = state(Optional.empty());
        Path file = state.secret().file();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(state::secret)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(ExitCode.LOCAL))
                .hasMessageContaining("chmod 600");
    }

    @Test
    void aSecretThatIsALinkIsRefused() throws Exception {
        StateDirectory state = state(Optional.empty()).open();
        Files.createSymbolicLink(state.path().resolve("secret"), directory.resolve("elsewhere"));

        assertThatThrownBy(state::secret).hasMessageContaining("is a link");
    }

    @Test
    void oneThatEverybodyMayWriteToIsRefused() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> state(Optional.of(open)).secret()).hasMessageContaining("everybody may write to it");
    }

    @Test
    void aFileIsNone() {
        cli.file("mine", "");

        assertThatThrownBy(() -> state(Optional.of(Path.of("mine"))).open()).hasMessageContaining("is a file");
    }

    @Test
    void whoeverComesSecondLearnsWhoHasIt() {
        StateDirectory state = state(Optional.empty());

        try (StateLock held = state.lock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(state::lock)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
        state.lock().close();
    }
}
