package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.IssuerMood;
import io.inferenceproxy.testkit.SmallIssuer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandTest {

    private static final String SECRET = "a secret of at least thirty-two bytes";

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
        cli.environment.put("JWT_SECRET_KEY", SECRET);
    }

    @Test
    void theTokenAloneIsPrinted() {
        CliFixture.Result result = cli.run("token", "--user", "alice");

        assertThat(result.code()).isZero();
        assertThat(result.out()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void rolesScopesLifetimeAndClaimsAreInTheToken() {
        String token = cli.run(
                        "token",
                        "--user",
                        "alice",
                        "--role",
                        "b,a",
                        "--scope",
                        "read write",
                        "--ttl",
                        "15m",
                        "--claim",
                        "tenant=a=b")
                .out();

        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims)
                .contains("\"sub\":\"alice\"", "\"roles\":[\"a\",\"b\"]", "\"scope\":\"read write\"")
                .contains("\"tenant\":\"a=b\"");
        assertThat(number(claims, "exp") - number(claims, "iat")).isEqualTo(900);
    }

    private static long number(String json, String name) {
        return Long.parseLong(json.replaceAll(".*\"" + name + "\":(\\d+).*", "$1"));
    }

    @Test
    void withoutASecretOneIsMadeOnceAndTold() throws Exception {
        cli.environment.remove("JWT_SECRET_KEY");

        CliFixture.Result first = cli.run("token", "--user", "alice");
        CliFixture.Result second = cli.run("token", "--user", "alice");

        String secret = Files.readString(cli.state().resolve("secret")).strip();
        assertThat(first.err()).contains("made one", cli.state().toString()).doesNotContain(secret);
        assertThat(second.err()).isEmpty();
        assertThat(cli.run("token", "verify", second.out().strip()).code()).isZero();
    }

    @Test
    void aCurlIsPrintedInPlaceOfTheTokenOnRequest() {
        assertThat(cli.run("token", "--user", "alice", "--curl", "--set", "server.port=9090")
                        .out())
                .matches("curl -i -H \"Authorization: Bearer [\\w.-]+\" -H \"Content-Type: application/json\" -d '\\{}'"
                        + " http://127\\.0\\.0\\.1:9090/api/inference\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--ttl soon,duration: soon",
        "--ttl 10ms,ttl: less than a second",
        "--claim tenant,claim: tenant (expected: NAME=TEXT)",
        "--claim sub=bob,claim: sub",
        "--scope a\"b,scope:",
    })
    void whatCannotBeInATokenIsAMistakeInTheCommandLine(String options, String message) {
        CliFixture.Result result = cli.run(("token --user alice " + options).split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(message);
    }

    @Test
    void aWeakSecretIsRefusedWithTheCommandThatMakesAGoodOne() {
        cli.environment.put("JWT_SECRET_KEY", "short");

        CliFixture.Result result = cli.run("token", "--user", "alice");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("openssl rand -base64 32");
    }

    @Test
    void aGoodTokenIsAcceptedFromStandardInput() {
        cli.input = "Bearer "
                + cli.run("token", "--user", "alice", "--role", "researcher").out();

        CliFixture.Result result = cli.run("token", "verify", "-");

        assertThat(result.code()).isZero();
        assertThat(result.out()).startsWith("accepted: alice, roles [researcher], scopes [], until 20");
        assertThat(result.err()).contains("signature   ok", "expiry      ok");
    }

    @Test
    void aTokenOfAnExternalIssuerIsCheckedWithTheKeysThatItPublishes() {
        try (SmallIssuer issuer = SmallIssuer.start(Clock.systemUTC())) {
            cli.file("inference-proxy.yaml", """
                    auth:
                      secret: %s
                      issuers:
                        corporate: { issuer: "%s", algorithms: [ES256], roles: { claim: groups, map: { team: keeper } } }
                    """.formatted(SECRET, issuer.issuer()));
            String token = issuer.token("eve", claims -> claims.replace("}", ",\"groups\":[\"team\"]}"));

            assertThat(cli.run("token", "verify", token).out()).startsWith("accepted: eve, roles [keeper]");
            CliFixture.Result other =
                    cli.run("token", "verify", issuer.token("eve", claims -> claims.replace("inference", "x")));
            assertThat(other.code()).isEqualTo(6);
            assertThat(other.err()).contains("audience    FAILED");
            issuer.become(IssuerMood.FAILING);
            CliFixture.Result silent = cli.run("token", "verify", token);
            assertThat(silent.code()).isEqualTo(5);
            assertThat(silent.err()).contains("issuer corporate: gives no keys");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "auth.audience=billing,audience    FAILED: aud is \"inference\" (expected: billing)",
        "auth.issuer=other,issuer      FAILED: iss is",
        "auth.algorithms=HS384,algorithm   FAILED: alg is",
    })
    void theCheckThatFailedIsNamed(String setting, String message) {
        cli.environment.put("JWT_SECRET_KEY", SECRET + SECRET);
        String token = cli.run("token", "--user", "alice").out().strip();

        CliFixture.Result result = cli.run("token", "verify", "--set", setting, token);

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(message)
                .contains("error: token rejected")
                .doesNotContain(token);
    }

    @Test
    void aTokenOfAnotherSecretIsRejected() {
        String token = cli.run("token", "--user", "alice").out().strip();
        cli.environment.put("JWT_SECRET_KEY", SECRET + "!");

        assertThat(cli.run("token", "verify", token).code()).isEqualTo(6);
    }

    @Test
    void withoutAnySecretNothingIsVerifiedAndNoneIsMade() {
        cli.environment.remove("JWT_SECRET_KEY");

        CliFixture.Result result = cli.run("token", "verify", "a.b.c");

        assertThat(result.code()).isEqualTo(3);
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void inspectingSaysThatNothingWasVerified() {
        String token = cli.run("token", "--user", "alice").out();
        cli.environment.clear();

        CliFixture.Result result = cli.run("token", "inspect", token.strip());

        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("\"alg\" : \"HS256\"", "\"sub\" : \"alice\"");
        assertThat(result.err()).contains("not verified", "says that it ends at 20");
    }

    @ParameterizedTest
    @CsvSource({"abc,1 parts", "a.b.c,its header is not JSON", "MTI.e30.c,its header is no JSON object"})
    void whatIsNoTokenCannotBeInspected(String text, String message) {
        CliFixture.Result result = cli.run("token", "inspect", text);

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err()).contains(message);
    }

    @Test
    void aRevokedTokenIsRejectedAndNoOther() {
        String revoked = cli.run("token", "--user", "alice").out().strip();
        String other = cli.run("token", "--user", "alice").out().strip();

        CliFixture.Result result = cli.run("token", "revoke", revoked);

        assertThat(result.code()).isZero();
        assertThat(result.err()).contains("revoked the token of alice").doesNotContain(revoked);
        CliFixture.Result verified = cli.run("token", "verify", revoked);
        assertThat(verified.code()).isEqualTo(6);
        assertThat(verified.err()).contains("token rejected: revoked");
        assertThat(cli.run("token", "verify", other).code()).isZero();
    }

    @Test
    void allTokensOfAUserAreRevoked() {
        String alices = cli.run("token", "--user", "alice").out().strip();
        String bobs = cli.run("token", "--user", "bob").out().strip();

        assertThat(cli.run("token", "revoke", "--user", "alice").code()).isZero();

        assertThat(cli.run("token", "verify", alices).code()).isEqualTo(6);
        assertThat(cli.run("token", "verify", bobs).code()).isZero();
    }

    @Test
    void allTokensAreRevoked() {
        String token = cli.run("token", "--user", "bob").out().strip();

        assertThat(cli.run("token", "revoke", "--all").code()).isZero();

        assertThat(cli.run("token", "verify", token).code()).isEqualTo(6);
    }

    @Test
    void whatIsNoGoodTokenCannotBeRevoked() {
        cli.run("token", "--user", "bob");

        assertThat(cli.run("token", "revoke", "x.y.z").code()).isEqualTo(6);
        assertThat(cli.run("token", "revoke", "x.y.z", "--all").code()).isEqualTo(2);
    }
}
