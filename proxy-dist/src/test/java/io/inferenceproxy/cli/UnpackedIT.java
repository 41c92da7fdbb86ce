package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.cli.Unpacked.Ended;
import io.inferenceproxy.cli.Unpacked.Serving;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What people unpack runs, from an empty directory. */
@Timeout(300)
class UnpackedIT {

    /** The archives. */
    enum Shipped {
        PLAIN,
        WITH_RUNTIME;

        Unpacked unpacked(Path place) throws Exception {
            return this == PLAIN ? Unpacked.plain(place) : Unpacked.withRuntime(place);
        }
    }

    @TempDir
    Path directory;

    private ScriptedUpstream upstream;

    @BeforeEach
    void startService() {
        upstream = ScriptedUpstream.start();
        upstream.otherwise(Answer.json("{\"label\":\"cat\"}"));
    }

    @AfterEach
    void stopService() {
        upstream.close();
    }

    @ParameterizedTest
    @EnumSource
    void aTokenOfItIsGoodForACallThroughIt(Shipped shipped) throws Exception {
        Unpacked unpacked = shipped.unpacked(directory);
        try (Serving proxy = unpacked.serve(upstream.uri())) {
            Ended token = unpacked.inferenceProxy(
                    "token", "--user", "alice", "--set", "auth.secret=a secret of more than thirty-two bytes");
            Ended health =
                    unpacked.inferenceProxy("health", "--url", proxy.uri().toString());
            RawResponse answer;
            try (RawClient client = RawClient.connect(proxy.uri())) {
                answer = client.send(RawRequest.post("/api/inference")
                                .header("Authorization", "Bearer " + token.out().strip())
                                .header("Content-Type", "application/json")
                                .body("{\"image\":\"of a cat\"}"))
                        .readResponse();
            }

            int code = proxy.end();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"label\":\"cat\"}");
            assertThat(health.code()).isZero();
            assertThat(code).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSecondStartUsesTheClassDataThatTheFirstOneWrote(Shipped shipped) throws Exception {
        Unpacked unpacked = shipped.unpacked(directory);
        Path classData = unpacked.archived(upstream.uri());

        try (Serving second = unpacked.serve(upstream.uri())) {
            assertThat(second.maps(classData)).isTrue();
            assertThat(second.says()).isEmpty();
        }
    }

    @Test
    void theOneWithItsOwnJavaRunsOnThatAlone() throws Exception {
        Unpacked unpacked = Unpacked.withRuntime(directory);

        try (Serving proxy = unpacked.serve(upstream.uri())) {
            assertThat(proxy.executable())
                    .isEqualTo(unpacked.root().resolve("runtime/bin/java").toRealPath());
        }
    }

    @Test
    void classDataThatLostItsEndIsNoReasonNotToStart() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);
        Path classData = unpacked.archived(upstream.uri());
        classData.toFile().setWritable(true);
        try (RandomAccessFile file = new RandomAccessFile(classData.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        try (Serving proxy = unpacked.serve(upstream.uri())) {
            assertThat(proxy.maps(classData)).isFalse();
            assertThat(proxy.end()).isZero();
        }
    }

    @Test
    void aFolderThatWasMovedStartsAndGetsClassDataAnew() throws Exception {
        Unpacked unpacked = Unpacked.withRuntime(directory);
        Path before = unpacked.archived(upstream.uri());
        unpacked.moveTo("elsewhere");

        try (Serving proxy = unpacked.serve(upstream.uri())) {
            assertThat(proxy.maps(before)).isFalse();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> unpacked.classData().stream().anyMatch(file -> !file.equals(before)));
            assertThat(proxy.end()).isZero();
        }
    }

    @Test
    void twoFirstStartsAtOnceServeBothAndLeaveOneFile() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);
        Serving begun = unpacked.begin(upstream.uri());
        Serving begunToo = unpacked.begin(upstream.uri());

        try (Serving one = Unpacked.ready(begun);
                Serving other = Unpacked.ready(begunToo)) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !unpacked.classData().isEmpty());
            assertThat(one.end()).isZero();
            assertThat(other.end()).isZero();
        }

        try (Serving next = unpacked.serve(upstream.uri())) {
            assertThat(unpacked.classData()).singleElement().matches(next::maps);
        }
    }

    @Test
    void aCacheThatCannotBeWrittenToIsNoReasonNotToStart() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);
        Files.writeString(unpacked.home().resolve(".cache"), "a file where the folder would be");

        try (Serving proxy = unpacked.serve(upstream.uri())) {
            assertThat(proxy.says()).isEmpty();
            assertThat(proxy.end()).isZero();
        }
    }

    @Test
    void theExampleOfAConfigurationIsValid() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);

        Ended ended = unpacked.inferenceProxy(
                "validate",
                "--strict",
                "--config",
                unpacked.root().resolve("etc/inference-proxy.yaml").toString());

        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEqualTo("valid\n");
    }

    @Test
    void everyCommandHasAPageOfTheManual() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);
        List<String> commands =
                names(Cli.commands(new RootCommand(), Surroundings.ofProcess())).toList();

        assertThat(commands)
                .hasSizeGreaterThan(15)
                .allSatisfy(name -> assertThat(
                                unpacked.root().resolve("share/man/man1").resolve(name + ".1"))
                        .content()
                        .contains(".SH \"NAME\"", ".SH \"SYNOPSIS\""));
    }

    private static Stream<String> names(CommandLine command) {
        return command.getCommandSpec().usageMessage().hidden()
                ? Stream.empty()
                : Stream.concat(
                        Stream.of(command.getCommandSpec().qualifiedName("-")),
                        command.getSubcommands().values().stream().flatMap(UnpackedIT::names));
    }

    @Test
    void theCommandOfTheSystemdUnitServes() throws Exception {
        Unpacked unpacked = Unpacked.plain(directory);
        String root = unpacked.root().toString();
        String command =
                Files.readAllLines(unpacked.root().resolve("lib/systemd/system/inference-proxy.service")).stream()
                        .filter(line -> line.startsWith("ExecStart="))
                        .map(line -> line.substring("ExecStart=".length())
                                .replace("/opt/inference-proxy", root)
                                .replace("/etc/inference-proxy/", root + "/etc/")
                                .replace("%S", unpacked.home().toString()))
                        .collect(Collectors.joining());

        Ended ended = unpacked.run((command + " --once --port 0 --admin-port 0").split(" ", -1));

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("\"event\":\"ready\"");
    }
}
