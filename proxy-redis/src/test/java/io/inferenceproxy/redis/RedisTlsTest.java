package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedCounters;
import io.inferenceproxy.limit.SharedCountersException;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.units.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis over TLS: only one that proves to be the host of the URL is asked, or gets the password. */
class RedisTlsTest {

    private static final CertifiedKey AUTHORITY = draft("Authority", true).selfSigned();
    private static final char[] NONE = new char[0];

    @TempDir
    private Path directory;

    private static CertificateDraft draft(String subject, boolean authority, String... names) {
        Instant now = Instant.now();
        return new CertificateDraft(
                subject, List.of(names), authority, now.minusSeconds(3_600), now.plusSeconds(3_600));
    }

    /** The side of the server, which speaks for that name. */
    private static SSLContext server(String name) throws Exception {
        CertifiedKey own = draft(name, false, name).signedBy(AUTHORITY);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.key(), NONE, own.chain().toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, NONE);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static RedisOptions over(StallingLink link) {
        return RedisOptions.DEFAULT.withUrl("rediss://127.0.0.1:" + link.port()).withPassword(Secret.of("hunter22"));
    }

    private static SharedAnswer charge(SharedCounters counters) throws Exception {
        SharedWindow window = new SharedWindow("hour", SharedWindow.Kind.ROLLING, Duration.ofHours(1), 1, false, 0);
        SharedClaim claim = new SharedClaim(window, new CounterKey(1, 1), 1, 5, SharedClaim.Turns.NONE);
        return counters.ask(new SharedRequest(SharedRequest.Verb.CHARGE, List.of(claim), 0))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    @Test
    void theAuthoritiesOfTheFileAreBelievedAndNobodyElse() throws Exception {
        Path ca = Files.writeString(directory.resolve("ca.pem"), PemText.of(AUTHORITY.chain()));
        Path others = Files.writeString(
                directory.resolve("others.pem"),
                PemText.of(draft("Others", true).selfSigned().chain()));
        try (TestRedis redis = TestRedis.start(directory, "requirepass hunter22");
                StallingLink right = StallingLink.to(redis.port(), server("127.0.0.1"));
                StallingLink wrong = StallingLink.to(redis.port(), server("redis.example"))) {

            try (SharedCounters counters = SharedCounters.open(over(right).withCa(ca))) {
                assertThat(charge(counters).remaining(0)).isEqualTo(4);
            }

            for (RedisOptions refused :
                    List.of(over(right), over(right).withCa(others), over(wrong).withCa(ca))) {
                assertThatThrownBy(() -> SharedCounters.open(refused))
                        .isInstanceOf(SharedCountersException.class)
                        .hasMessageStartingWith("redis.url: rediss://127.0.0.1:")
                        .hasMessageContaining(" is not trusted: ");
            }
            assertThatThrownBy(() -> SharedCounters.open(over(right).withCa(directory.resolve("missing.pem"))))
                    .hasMessageStartingWith("redis.ca: ");
        }
    }
}
