package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.cli.demo.TriageServer;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class LimitsSimulateCommandTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path directory;

    private CliFixture cli;
    private final StringBuilder log = new StringBuilder();

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    /** A line of a call that arrived so many seconds after the start, and took a second. */
    private void call(double second, String subject, String... keysAndValues) {
        StringBuilder line = new StringBuilder("{\"@timestamp\":\"" + START.plusMillis((long) (1_000 * (second + 1)))
                + "\",\"event\":\"call\",\"client\":\"192.0.2.1\",\"totalMs\":1000.0,\"status\":200");
        if (!subject.isEmpty()) {
            line.append(",\"issuer\":\"inference-proxy\",\"subject\":\"" + subject + "\"");
        }
        boolean routed = false;
        for (int i = 0; i < keysAndValues.length; i += 2) {
            routed |= keysAndValues[i].equals("route");
            line.append(",\"" + keysAndValues[i] + "\":" + keysAndValues[i + 1]);
        }
        log.append(line).append(routed ? "" : ",\"route\":\"inference\"").append("}\n");
    }

    private CliFixture.Result simulate(String... more) {
        cli.file("access.jsonl", log.toString());
        String[] args = new String[more.length + 4];
        System.arraycopy(new String[] {"limits", "simulate", "--log", "access.jsonl"}, 0, args, 0, 4);
        System.arraycopy(more, 0, args, 4, more.length);
        return cli.run(args);
    }

    private JsonNode simulated(String... more) {
        String[] args = new String[more.length + 2];
        System.arraycopy(more, 0, args, 0, more.length);
        args[more.length] = "--format";
        args[more.length + 1] = "json";
        CliFixture.Result result = simulate(args);
        assertThat(result.code()).as(result.err()).isZero();
        return JsonMapper.shared().readTree(result.out());
    }

    @Test
    void tellsWhoWouldHaveBeenRefusedWhenAndHowOften() {
        for (int i = 0; i < 5; i++) {
            call(i, "alice");
        }
        call(5, "bob");
        call(62, "alice");

        CliFixture.Result result = simulate("--limit", "3 per minute");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("""
                        2 refused (28.6%) of 7 calls of 2 callers, 2026-03-01T10:00:00Z to 2026-03-01T10:01:02Z; 1 caller, \
                        the first at 2026-03-01T10:00:03Z: alice

                        window           refused
                        per-user-minute  2

                        caller  calls  refused  share  longest wait  first refusal
                        alice   6      2        33.3%  57s           2026-03-01T10:00:03Z
                        """);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void tellsTheSameAsAJsonObject() {
        for (int i = 0; i < 4; i++) {
            call(i, "alice");
        }

        JsonNode json = simulated("--limit", "3 per minute; 100 per day");

        assertThat(json.toString())
                .isEqualTo("{\"calls\":4,\"refused\":1,\"share\":0.25,\"callers\":1,\"refusedCallers\":1,"
                        + "\"from\":\"2026-03-01T10:00:00Z\",\"to\":\"2026-03-01T10:00:03Z\","
                        + "\"firstRefusal\":{\"at\":\"2026-03-01T10:00:03Z\",\"caller\":\"alice\"},"
                        + "\"windows\":{\"per-user-minute\":1},"
                        + "\"top\":[{\"caller\":\"alice\",\"calls\":4,\"refused\":1,\"share\":0.25,"
                        + "\"firstRefusal\":\"2026-03-01T10:00:03Z\",\"longestWaitSeconds\":57}],"
                        + "\"lines\":{\"read\":4,\"notCounted\":0,\"outOfOrder\":0,\"unreadable\":0},\"notes\":[]}");
    }

    @ParameterizedTest
    @CsvSource({"user, 0", "address, 2", "route, 1", "global, 2"})
    void countsByWhatIsWanted(String key, int refused) {
        call(0, "alice");
        call(1, "bob", "route", "\"other\"");
        call(2, "carol");

        assertThat(simulated("--limit", "1 per hour", "--key", key)
                        .get("refused")
                        .asInt())
                .isEqualTo(refused);
    }

    @ParameterizedTest
    @CsvSource({"rolling, 2", "fixed, 1", "smooth, 1"})
    void givesQuotaBackAsIsWanted(String kind, int refused) {
        // Three before the turn of the minute, one behind it.
        call(40, "alice");
        call(50, "alice");
        call(55, "alice");
        call(71, "alice");

        assertThat(simulated("--limit", "2 per minute", "--kind", kind)
                        .get("refused")
                        .asInt())
                .isEqualTo(refused);
    }

    @Test
    void callsAreSortedByTheirArrival() {
        call(30, "late");
        call(0, "early");

        JsonNode json = simulated("--limit", "1 per hour", "--key", "global");

        assertThat(json.get("firstRefusal").get("caller").stringValue()).isEqualTo("late");
        assertThat(json.get("lines").get("outOfOrder").asInt()).isZero();
    }

    @Test
    void whatIsNoAffairOfLimitsIsLeftOut() {
        call(0, "alice", "route", "\"me\"");
        call(1, "", "status", "404", "route", "\"\"");
        call(2, "", "status", "401", "code", "\"missing-credentials\"");
        log.append("{\"@timestamp\":\"2026-03-01T10:00:00Z\",\"event\":\"ready\"}\n");
        call(3, "alice");

        JsonNode json = simulated("--limit", "1 per hour");

        assertThat(json.get("calls").asInt()).isOne();
        assertThat(json.get("lines").get("notCounted").asInt()).isEqualTo(3);
    }

    @Test
    void aCallThatNoUpstreamAnsweredIsGivenBackAtItsEnd() {
        call(0, "alice", "code", "\"upstream-timeout\"", "status", "504");
        call(0.5, "alice");
        call(2, "alice");

        assertThat(simulated("--limit", "1 per hour").get("refused").asInt())
                .as("the one that came before the end")
                .isOne();
    }

    @Test
    void linesThatCannotBeReadAreCountedAndTheFirstIsNamed() {
        call(0, "alice");
        log.append("10:00:00.000 INFO  200 POST /api/inference alice 12.3 ms\n");
        log.append("x".repeat(100_000)).append('\n');
        call(1, "alice");

        CliFixture.Result result = simulate("--limit", "1 per hour");

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEqualTo("2 of 4 lines cannot be read: line 2 is no JSON\n");
        assertThat(result.out()).startsWith("1 refused (50.0%) of 2 calls");
    }

    @Test
    void withoutLimitsTheConfiguredPoliciesAreTaken() {
        cli.file("inference-proxy.yaml", """
                limits:
                  hourly: { windows: ["1 per hour"] }
                  trial: { windows: ["2 per hour"], mode: shadow }
                  teams: { key: "claim:team", windows: ["1 per hour"] }
                  busy: { at-once: 1, windows: [], give-back: [] }
                routes:
                  inference: { match: "POST /api/inference" }
                  free: { match: "POST /free", limits: [] }
                """);
        call(0, "alice");
        call(0.5, "alice");
        call(3, "alice");
        call(4, "alice", "route", "\"free\"");
        call(5, "");

        JsonNode all = simulated();
        JsonNode trial = simulated("--policy", "trial");

        assertThat(all.get("windows").toString()).isEqualTo("{\"busy-at-once\":1,\"hourly-hour\":2}");
        assertThat(all.get("calls").asInt()).as("not the one without a caller").isEqualTo(4);
        assertThat(all.get("notes").toString()).contains("teams is left out: it counts by claim:team");
        assertThat(trial.get("windows").toString()).isEqualTo("{\"trial-hour\":1}");
    }

    @Test
    void whatServeLogsCanBeReadFromStandardInput() throws Exception {
        try (TriageServer upstream = TriageServer.start()) {
            String token = cli.run("token", "--user", "alice").out().strip();
            ServedOnce served =
                    new ServedOnce(cli, upstream.uri().resolve("/predict").toString());
            try (served) {
                served.call(token);
                served.call(token);
                served.call(token);
            }
            cli.input = served.out();

            CliFixture.Result result = cli.run("limits", "simulate", "--log", "-", "--limit", "2 per hour");

            assertThat(result.out()).startsWith("1 refused (33.3%) of 3 calls of 1 caller");
            assertThat(result.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits simulate | 2 | --log: missing",
                "limits simulate --log - --limit often | 2 | --limit: window: often",
                "limits simulate --log - --kind fixed | 2 | --kind: alone",
                "limits simulate --log - --limit 1/1h --policy x | 2 | --policy: x",
                "limits simulate --log - --limit 1/1h --top -1 | 2 | --top: -1",
                "limits simulate --log - --policy x | 3 | limits.x: not set (expected: one of per-user)",
                "limits simulate --log absent --limit 1/1h | 4 | absent cannot be read",
            })
    void mistakesAreTold(String command, int code, String message) {
        CliFixture.Result result = cli.run(command.split(" ", -1));

        assertThat(result.code()).isEqualTo(code);
        assertThat(result.err()).contains(message);
    }

    @Test
    void callsAtOnceCannotBeSimulated() {
        CliFixture.Result result = simulate("--limit", "1 per hour; 4 at once");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--limit: 4 at once (expected: ", "a log does not tell");
    }

    @Test
    void aFileThatIsNoLogIsTold() {
        log.append("nothing\nof the kind\n");

        assertThat(simulate("--limit", "1 per hour").code()).isEqualTo(4);
    }
}
