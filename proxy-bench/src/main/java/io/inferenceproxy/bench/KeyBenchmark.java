package io.inferenceproxy.bench;

import io.inferenceproxy.auth.ApiKeyAuthenticator;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.JwtAuthenticator;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
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
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Who calls, by an API key that was seen before or is seen for the first time, beside a token that was seen before, through the
 * same authenticator. The goal: at most 1 µs more than the token. The store answers at once; a database takes its time once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBenchmark {

    private static final int USERS = 100;

    private final AuthOptions options =
            AuthOptions.DEFAULT.withSecret(Secret.of("of the benchmarks, of 32 bytes and more"));
    private final KeysAtHand keys = new KeysAtHand();
    private final KeyIssuer issuer = new KeyIssuer(keys, Ticker.system());
    private final ProxyCall[] withKeys = calls(
            number -> issuer.create(KeyRequest.of("user-" + number)).text().reveal());
    private final ProxyCall[] withOthers = withKeysOfAnotherStore();
    private final ProxyCall[] withTokens = withTokens();
    private final Authenticator remembering = authenticator(options);
    private final Authenticator forgetful = authenticator(options.withTokenCache(0));
    private int next;

    /** A token that was verified before: what the keys are compared with. */
    @Benchmark
    public CompletionStage<Authentication> tokenSeenBefore() {
        return remembering.authenticate(one(withTokens));
    }

    /** A key that was looked up before. */
    @Benchmark
    public CompletionStage<Authentication> keySeenBefore() {
        return remembering.authenticate(one(withKeys));
    }

    /** A key that was never seen: it is looked up, and its secret digested and compared. */
    @Benchmark
    public CompletionStage<Authentication> keyFirstSight() {
        return forgetful.authenticate(one(withKeys));
    }

    /** A key that is nobody's. */
    @Benchmark
    public CompletionStage<Authentication> unknownKey() {
        return remembering.authenticate(one(withOthers));
    }

    private ProxyCall one(ProxyCall[] among) {
        next = (next + 1) % USERS;
        return among[next];
    }

    private Authenticator authenticator(AuthOptions how) {
        TokenVerifier verifier = new TokenVerifier(how, SigningKeys.of(how), Ticker.system());
        Authenticator tokens = new JwtAuthenticator(
                verifier, how.tokenCache(), UserStore.NONE, SessionStore.NONE, Runnable::run, Ticker.system());
        return new ApiKeyAuthenticator(keys, how, UserStore.NONE, Ticker.system(), tokens);
    }

    private ProxyCall[] withTokens() {
        TokenIssuer tokens = new TokenIssuer(options, SigningKeys.of(options), Ticker.system());
        return calls(number -> tokens.issue(TokenRequest.of("user-" + number)).text());
    }

    private static ProxyCall[] withKeysOfAnotherStore() {
        KeyIssuer other = new KeyIssuer(new KeysAtHand(), Ticker.system());
        return calls(
                number -> other.create(KeyRequest.of("user-" + number)).text().reveal());
    }

    private static ProxyCall[] calls(IntFunction<String> credential) {
        ProxyCall[] calls = new ProxyCall[USERS];
        for (int i = 0; i < USERS; i++) {
            calls[i] = Calls.post(Headers.of("Authorization", "Bearer " + credential.apply(i)), new byte[0]);
        }
        return calls;
    }
}
