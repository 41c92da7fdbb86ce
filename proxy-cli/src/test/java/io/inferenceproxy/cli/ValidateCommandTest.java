package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.cli.demo.TriageServer;
import io.inferenceproxy.units.Window;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    @Test
    void aGoodConfigurationIsValidAndLeavesNothingBehind() {
        CliFixture.Result result = cli.run("validate", "-u", "http://127.0.0.1:8000");

        assertThat(result).isEqualTo(new CliFixture.Result(0, "", "valid\n"));
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void whatOnlyServingWouldFindIsFoundAllAtOnce() {
        cli.file("bad.json", "{\"type\":\"nonsense\"}");
        cli.file("users.yaml", "users: [");
        cli.file(
                "inference-proxy.yaml",
                "validation:\n  schema: bad.json\nauth:\n  secret: short\n  users-file: users.yaml\n");

        CliFixture.Result result = cli.run("validate");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("upstreams.default.urls: not set")
                .contains("inference-proxy.yaml:4:11: auth.secret")
                .contains("openssl rand -base64 32")
                .contains("inference-proxy.yaml:5:15: auth.users-file")
                .contains("inference-proxy.yaml:2:11: validation.schema")
                .contains("error: 4 mistakes in the configuration")
                .doesNotContain("short\n");
    }

    @Test
    void aRedisThatDoesNotAnswerIsNoMistakeButProvesNothing() {
        CliFixture.Result result = cli.run("validate", "-u", "http://a", "--set", "redis.url=redis://127.0.0.1:1");

        assertThat(result.code()).isEqualTo(5);
        assertThat(result.err())
                .isEqualTo(
                        "error: redis.url: redis://127.0.0.1:1 cannot be reached (expected: Redis or Valkey there)\n");
    }

    @Test
    void filesOfKeysAndSessionsThatAreNoneAreFound() {
        cli.file("keys.jsonl", "users: {}\n");
        cli.file("sessions.jsonl", "{\"inference-proxy\":\"keys\",\"version\":1}\n");
        cli.file("inference-proxy.yaml", "auth:\n  keys-file: keys.jsonl\n  sessions: { file: sessions.jsonl }\n");

        CliFixture.Result result = cli.run("validate", "-u", "http://a");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("inference-proxy.yaml:2:14: auth.keys-file")
                .contains("1: not well-formed JSON")
                .contains("inference-proxy.yaml:3:21: auth.sessions.file")
                .contains("1: another kind of file (expected: one of sessions, made by this program)");
    }

    @Test
    void aLimitForARouteThatIsNotThereIsAMistakeAndAWindowThatIsNeverReachedAWarning() {
        cli.file("inference-proxy.yaml", """
                limits:
                  per-user:
                    windows: ["50 per hour", "2000 per day"]
                  models:
                    key: [user, model]
                    windows: 5 per minute
                    routes: [chat]
                """);

        CliFixture.Result result = cli.run("validate", "-u", "http://a");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("inference-proxy.yaml:3:14: warning: limits.per-user.windows: 2000 per day is never reached:"
                        + " 50 per hour admits at most 1200 in that time")
                .contains("inference-proxy.yaml:7:13: limits.models.routes: chat (expected: one of inference)");
    }

    @Test
    void aWindowThatAnotherPolicyMakesUnreachableIsAWarningWithItsPlace() {
        cli.file("inference-proxy.yaml", """
                routes:
                  chat: { match: "POST /chat" }
                  embed: { match: "POST /embed", limits: [everybody, few] }
                limits:
                  everybody: { key: global, windows: 40 per hour }
                  each:
                    windows: [50 per hour, 30 per day]
                    at-once: 8
                  few: { windows: 4 at once }
                  elsewhere: { windows: 90 per hour, mode: shadow }
                """);

        CliFixture.Result result = cli.run("validate", "-u", "http://a");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err().lines().filter(line -> line.contains("warning: ")))
                .containsExactly(
                        "inference-proxy.yaml:7:14: warning: limits.each.windows: 50 per hour is never reached: 30 per day"
                                + " admits at most 30 in that time",
                        "inference-proxy.yaml:7:14: warning: limits.each.windows: 50 per hour is never reached: 40 per hour"
                                + " of limits.everybody admits at most 40 in that time",
                        "inference-proxy.yaml:8:14: warning: limits.each.at-once: 8 is never reached: 4 at once of"
                                + " limits.few is fewer");
    }

    @Test
    void everyMalformedLimitIsNamedWithItsPlaceAndTheGrammar() {
        cli.file("inference-proxy.yaml", """
                limits:
                  a: { windows: [fifty per hour] }
                  b: { key: usr, windows: 5 per fortnight }
                  c: { cost: bytes }
                  d: { plans: { pro: many } }
                  e: { kind: smooth, burst: -1 }
                  f: { windows: [9 per hour, 4 at one] }
                  g: { plans: { pro: 4 at once } }
                  h: { windows: [1 per hour, 2000000 at once] }
                """);

        CliFixture.Result result = cli.run("validate", "-u", "http://a");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains(":2:18: limits.a.windows[0]: ")
                .contains("fifty per hour (expected: " + Window.LIMIT_GRAMMAR + ")")
                .contains(":3:13: limits.b.key[0]: ")
                .contains("usr (expected: user, api-key, address, role, route, model, model:/POINTER, claim:NAME")
                .contains(":3:27: limits.b.windows[0]: ")
                .contains(":4:14: limits.c.cost: ")
                .contains(":5:22: limits.d.plans.pro: ")
                .contains(":6:29: limits.e.burst: -1 (expected: 0 to")
                .contains(":7:30: limits.f.windows[1]: 4 at one (expected: " + Window.LIMIT_GRAMMAR + ")")
                .contains(":8:22: limits.g.plans.pro: 4 at once (expected: " + Window.GRAMMAR + ")")
                .contains(":9:30: limits.h.at-once: 2000000 (expected: 0 to 1000000)");
    }

    @Test
    void callsAtOnceThatAreSaidTwiceInDifferentWaysAreToldWithBothPlaces() {
        cli.file("inference-proxy.yaml", """
                limits:
                  a: { at-once: 3, windows: [9 per hour, 4 at once] }
                  b: { windows: 4 at once; 5 at once }
                  c: { at-once: 4, windows: [4 at once] }
                """);

        CliFixture.Result result =
                cli.run("validate", "-u", "http://a", "--limit", "9 per hour; 4 at once", "--limit", "5 at once");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("inference-proxy.yaml:2:42: limits.a.windows[1]: 4 at once (expected: what limits.a.at-once"
                        + " says at inference-proxy.yaml:2:17, or only one of the two)")
                .contains("inference-proxy.yaml:3:17: limits.b.windows[1]: 5 at once (expected: what limits.b.at-once"
                        + " says at inference-proxy.yaml:3:17, or only one of the two)")
                .contains(
                        "5 at once (expected: what limits.per-user.at-once says at flag --limit, or only one of the two)")
                .doesNotContain("limits.c.");
    }

    @Test
    void callsAtOnceOfTheStrongerSourceHold() {
        cli.file("inference-proxy.yaml", "limits:\n  a: { windows: 3 at once }\n  per-user: { at-once: 2 }\n");
        cli.environment.put("INFERENCE_PROXY_LIMITS_A_AT_ONCE", "8");

        CliFixture.Result result = cli.run("config", "-u", "http://a", "--limit", "9 per hour; 4 at once");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .containsPattern("limits.a.at-once +8 +env INFERENCE_PROXY_LIMITS_A_AT_ONCE")
                .containsPattern("limits.per-user.at-once +4 +flag --limit");
    }

    @Test
    void twoRoutesForTheSamePathAreFound() {
        cli.file(
                "inference-proxy.yaml",
                "routes:\n  one: { match: \"POST /same\" }\n  two: { match: \"POST,PUT /same\" }\n");

        CliFixture.Result result = cli.run("validate", "-u", "http://a");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("one", "two");
    }

    @Test
    void aKeyFileThatIsMissingIsFound() {
        CliFixture.Result result = cli.run(
                "validate", "-u", "http://a", "--set", "auth.algorithms=RS256", "--set", "auth.key-file=nowhere.pem");

        assertThat(result.code()).isEqualTo(4);
        assertThat(result.err()).contains("flag --set: auth.key-file");
    }

    @Test
    void anUnknownVariableIsAWarningAndWithStrictAMistake() {
        cli.environment.put("INFERENCE_PROXY_SEVER_PORT", "1");

        CliFixture.Result lenient = cli.run("validate", "-u", "http://a");
        CliFixture.Result strict = cli.run("validate", "-u", "http://a", "--strict");

        assertThat(lenient.code()).isZero();
        assertThat(lenient.err())
                .contains("warning", "INFERENCE_PROXY_SERVER_PORT")
                .endsWith("valid\n");
        assertThat(strict.code()).isEqualTo(3);
    }

    @Test
    void anUpstreamThatAnswersPassesTheProbe() {
        try (TriageServer upstream = TriageServer.start()) {
            assertThat(cli.run("validate", "-u", upstream.uri().toString(), "--probe-upstream")
                            .code())
                    .isZero();
        }
    }

    @Test
    void anUpstreamThatDoesNotAnswerFailsTheProbe() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        CliFixture.Result result = cli.run("validate", "-u", "http://127.0.0.1:" + port, "--probe-upstream");

        assertThat(result.code()).isEqualTo(5);
        assertThat(result.err()).contains("does not answer").doesNotContain("valid\n");
    }
}
