package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked // fields are set before each test
class AdminUsersHandlerTest {

    private static final String BASE = "/api/admin/users";
    private static final User BOB = new User(
            "bob",
            Secret.of(
                    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"),
            Set.of("researcher", "reader"),
            true);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final KeysInMemory keys = new KeysInMemory();
    private final KeyIssuer issuer = new KeyIssuer(keys, clock);
    private final SessionsInMemory sessions = new SessionsInMemory(clock);
    private final UserKeys userKeys = new UserKeys(keys, new KeyTokens(sessions, Duration.ofHours(1), clock));
    private UsersFile users;
    private AdminUsersHandler handler;

    @BeforeEach
    void addBob() throws IOException {
        users = UsersFile.openOrEmpty(directory.resolve("users.yaml"), Runnable::run, clock);
        users.add(BOB);
        handler = new AdminUsersHandler(
                BASE,
                users,
                userKeys,
                sessions,
                PasswordOptions.DEFAULT,
                Runnable::run,
                BufferAccount.boundedBy(1 << 20),
                event -> {},
                clock);
    }

    private ProxyResponse answer(String method, String path, String json) {
        return AuthCalls.now(handler.handle(AuthCalls.change(method, BASE + path, json)));
    }

    @Test
    void theKeysOfADisabledUserStayDeadWhenTheUserIsRemoved() {
        ApiKey own = issuer.create(KeyRequest.of("bob")).key();
        ApiKey other = issuer.create(KeyRequest.of("nightly")).key();
        answer("PATCH", "/bob", "{\"enabled\":false}");

        ProxyResponse removed = answer("DELETE", "/bob", "");

        assertThat(removed.status()).isEqualTo(204);
        assertThat(users.user("bob")).isEmpty();
        assertThat(keys.findNow(own.id())).contains(own.withEnabled(false));
        assertThat(keys.findNow(other.id())).contains(other);
        assertThat(sessions.revocations().isRevoked(KeyTokens.markOf(own.id()), clock.now()))
                .as("tokens that were got with it")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"researcher, true", "researcher reader, false", "researcher reader admin, false"})
    void whoLosesARoleLosesTheTokensThatHaveIt(String roles, boolean revoked) {
        String names = "\"" + roles.replace(" ", "\",\"") + "\"";

        ProxyResponse answer = answer("PATCH", "/bob", "{\"roles\":[" + names + "]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(sessions.revocations().isRevoked("bob", clock.now())).isEqualTo(revoked);
    }
}
