package io.inferenceproxy.bench;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.auth.JwtAuthenticator;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.auth.TokenVerifier;
import io.inferenceproxy.auth.UserStore;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Who calls, by an HS256 token: one that was seen before, one that is seen for the first time, and a forged one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBenchmark {

    private static final int USERS = 100;
    private static final int CACHE = 10_000;

    private final AuthOptions options =
            AuthOptions.DEFAULT.withSecret(Secret.of("of the benchmarks, of 32 bytes and more"));
    private final JwtAuthenticator remembering = authenticator(options, CACHE);
    private final JwtAuthenticator forgetful = authenticator(options, 0);
    private final ProxyCall[] calls = calls(options);
    private final ProxyCall[] forged =
            calls(AuthOptions.DEFAULT.withSecret(Secret.of("of somebody else, of 32 bytes and more, too")));
    private int next;

    /** A token that was verified before. */
    @Benchmark
    public CompletionStage<Authentication> seenBefore() {
        return remembering.authenticate(one(calls));
    }

    /** A token that was never seen. */
    @Benchmark
    public CompletionStage<Authentication> firstSight() {
        return forgetful.authenticate(one(calls));
    }

    /** A token that is not ours, and that was refused a moment ago. */
    @Benchmark
    public CompletionStage<Authentication> forgedSeenBefore() {
        return remembering.authenticate(one(forged));
    }

    /** A token that is not ours and was never seen. */
    @Benchmark
    public CompletionStage<Authentication> forgedFirstSight() {
        return forgetful.authenticate(one(forged));
    }

    private ProxyCall one(ProxyCall[] among) {
        next = (next + 1) % USERS;
        return among[next];
    }

    private static JwtAuthenticator authenticator(AuthOptions options, int cache) {
        TokenVerifier verifier = new TokenVerifier(options, SigningKeys.of(options), Ticker.system());
        return new JwtAuthenticator(verifier, cache, UserStore.NONE, SessionStore.NONE, Runnable::run, Ticker.system());
    }

    private static ProxyCall[] calls(AuthOptions options) {
        TokenIssuer issuer = new TokenIssuer(options, SigningKeys.of(options), Ticker.system());
        ProxyCall[] calls = new ProxyCall[USERS];
        for (int i = 0; i < USERS; i++) {
            String token = issuer.issue(TokenRequest.of("user-" + i)).text();
            calls[i] = Calls.post(Headers.of("Authorization", "Bearer " + token), new byte[0]);
        }
        return calls;
    }
}
