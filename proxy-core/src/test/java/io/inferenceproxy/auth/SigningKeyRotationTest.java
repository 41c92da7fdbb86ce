package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A set of keys in a file: made, rotated, read again. */
class SigningKeyRotationTest {

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final HeldWorkers workers = new HeldWorkers(100);

    private Path file() {
        return directory.resolve("keys.json");
    }

    private SigningKeysEditor editor() {
        clock.advance(Duration.ofMillis(5));
        return new SigningKeysEditor(file(), clock);
    }

    private AuthOptions options(TokenAlgorithm... algorithms) {
        return AuthOptions.DEFAULT.withKeyFile(file()).withAlgorithms(List.of(algorithms));
    }

    private String minted(AuthOptions options, SigningKeys keys) {
        return new TokenIssuer(options, keys, clock)
                .issue(TokenRequest.of("alice"))
                .text();
    }

    private TokenVerdict verdict(AuthOptions options, SigningKeys keys, String token) {
        return new TokenVerifier(options, keys, clock).verify(token);
    }

    @ParameterizedTest
    @EnumSource(
            value = TokenAlgorithm.class,
            names = {"HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "ED25519"})
    void aGeneratedKeySignsAndAfterARotationTheNewOneDoesAndTheOldVerifies(TokenAlgorithm algorithm) throws Exception {
        String first = editor().generate(algorithm);
        AuthOptions options = options(algorithm);
        SigningKeys keys = SigningKeys.of(options);
        String old = minted(options, keys);

        String second = editor().rotate(Optional.empty(), 2);
        keys.refresh();

        assertThat(second).isNotEqualTo(first);
        assertThat(verdict(options, keys, old)).isInstanceOf(TokenVerdict.Accepted.class);
        String fresh = minted(options, keys);
        assertThat(UnverifiedToken.parse(fresh).keyId())
                .isNotEqualTo(UnverifiedToken.parse(old).keyId());
        assertThat(verdict(options, keys, fresh)).isInstanceOf(TokenVerdict.Accepted.class);
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        editor().generate(TokenAlgorithm.ES256);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyThatWasMadeAheadVerifiesAlreadyAndIsTheNextToSign() throws Exception {
        String first = editor().generate(TokenAlgorithm.ES256);
        String next = editor().generate(TokenAlgorithm.ES256);
        AuthOptions options = options(TokenAlgorithm.ES256);
        SigningKeys keys = SigningKeys.of(options);
        assertThat(keys.id()).isEqualTo(first);

        assertThat(editor().rotate(Optional.empty(), 2)).isEqualTo(next);
        String ofTheNext = minted(options, SigningKeys.of(options));

        assertThat(verdict(options, keys, ofTheNext))
                .as("not read again yet")
                .isInstanceOf(TokenVerdict.Accepted.class);
    }

    @Test
    void aTokenEndsWithItsKeyThoughItIsRemembered() throws Exception {
        editor().generate(TokenAlgorithm.ES256);
        AuthOptions options = options(TokenAlgorithm.ES256);
        SigningKeys keys = SigningKeys.of(options);
        JwtAuthenticator authenticator = new JwtAuthenticator(
                new TokenVerifier(options, keys, clock), 100, UserStore.NONE, SessionStore.NONE, workers, clock);
        String token = minted(options, keys);
        assertThat(found(authenticator, token)).isInstanceOf(Authentication.Accepted.class);

        editor().rotate(Optional.empty(), 0);
        keys.tick(workers);
        workers.runAll();

        assertThat(found(authenticator, token)).isInstanceOf(Authentication.Refused.class);
    }

    private Authentication found(JwtAuthenticator authenticator, String token) {
        var found = authenticator.authenticate(AuthCalls.bearing(token));
        workers.runAll();
        return AuthCalls.now(found);
    }

    @Test
    void aFileThatBecameWrongChangesNothing() throws Exception {
        editor().generate(TokenAlgorithm.ES256);
        AuthOptions options = options(TokenAlgorithm.ES256);
        SigningKeys keys = SigningKeys.of(options);
        String id = keys.id();

        for (String wrong :
                List.of("", "{", "{\"keys\":[]}", KeyFiles.spki(KeyFiles.P256), KeyFiles.pkcs8(KeyFiles.RSA))) {
            Files.writeString(file(), wrong);
            keys.refresh();
            assertThat(keys.id()).as(wrong).isEqualTo(id);
        }
        Files.delete(file());
        keys.refresh();
        assertThat(keys.id()).isEqualTo(id);
    }

    @Test
    void secretsOfTheSetSignAndTheConfiguredOneGoesOnVerifying() throws Exception {
        String old = new Forge(clock).good();
        editor().generate(TokenAlgorithm.HS256);
        AuthOptions options = options(TokenAlgorithm.HS256).withSecret(Forge.SECRET);
        SigningKeys keys = SigningKeys.of(options);

        String fresh = minted(options, keys);

        assertThat(verdict(options, keys, fresh)).isInstanceOf(TokenVerdict.Accepted.class);
        assertThat(verdict(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), fresh))
                .isInstanceOf(TokenVerdict.Refused.class);
        String named = Forge.signed(
                "{\"alg\":\"HS256\",\"kid\":\"" + SigningKeys.of(Forge.OPTIONS).id() + "\"}",
                new Forge(clock).claims());
        assertThat(verdict(options, keys, named)).isInstanceOf(TokenVerdict.Accepted.class);
        assertThat(verdict(options, keys, old))
                .as("without a name only the key that signs is tried")
                .isInstanceOf(TokenVerdict.Refused.class);
    }

    @Test
    void aSetOfOtherAlgorithmsIsRefused() throws Exception {
        editor().generate(TokenAlgorithm.ES256);

        assertThatThrownBy(() -> SigningKeys.of(options(TokenAlgorithm.RS256)))
                .hasMessage("auth.key-file: " + file()
                        + " has no key of RS256 (expected: one, such as keys signing generate --alg RS256 makes)");
        assertThatThrownBy(() -> editor().rotate(Optional.of(TokenAlgorithm.RS256), 1))
                .hasMessageStartingWith("no key of RS256");
    }

    @Test
    void aFileThatIsNoSetIsNotOverwritten() throws IOException {
        Files.writeString(file(), KeyFiles.pkcs8(KeyFiles.P256));

        assertThatThrownBy(() -> editor().generate(TokenAlgorithm.ES256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no set of keys");
        assertThat(file()).content().startsWith("-----BEGIN");
    }

    @Test
    void publishesThePublicHalvesOfAllKeysAndNoSecret() throws Exception {
        editor().generate(TokenAlgorithm.ES256);
        editor().generate(TokenAlgorithm.ES256);
        editor().generate(TokenAlgorithm.ED25519);
        editor().generate(TokenAlgorithm.RS256);
        editor().generate(TokenAlgorithm.HS256);
        SigningKeys keys = SigningKeys.of(
                options(TokenAlgorithm.ES256, TokenAlgorithm.ED25519, TokenAlgorithm.RS256, TokenAlgorithm.HS256));
        SigningKeysHandler handler = new SigningKeysHandler(keys);

        var answer = AuthCalls.now(handler.handle(AuthCalls.get()));
        JsonNode set = AuthCalls.json(answer).path("keys");

        assertThat(AuthCalls.field(answer, "Content-Type")).isEqualTo("application/jwk-set+json");
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(set).hasSize(4);
        for (JsonNode key : set) {
            assertThat(key.has("d") || key.has("k") || key.has("p"))
                    .as(key.toString())
                    .isFalse();
            assertThat(key.path("use").asString()).isEqualTo("sig");
        }
        assertThat(set.get(0).path("kid").asString()).isEqualTo(keys.id());

        editor().rotate(Optional.of(TokenAlgorithm.ES256), 1);
        keys.refresh();
        JsonNode after =
                AuthCalls.json(AuthCalls.now(handler.handle(AuthCalls.get()))).path("keys");
        assertThat(after.get(0).path("kid").asString()).isEqualTo(keys.id());
    }
}
