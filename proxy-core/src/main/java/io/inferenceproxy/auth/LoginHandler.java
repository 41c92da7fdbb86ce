package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RoomFilter;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Gives a token for a name and a password: {@code {"username","password"}} to {@code {"accessToken","tokenType",
 * "expiresIn"}}.
 *
 * <p>An attempt is charged to its address and to the name before anything is hashed, and given back when it succeeds, so
 * that parallel attempts cannot outrun the limits. An unknown or disabled user costs as much work as any other and gets
 * the same answer as a wrong password.
 */
public final class LoginHandler implements ProxyHandler {

    private static final int MAX_BODY = 4 << 10;
    private static final int WAITING = 32;
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store", "Pragma", "no-cache");

    private final UserStore users;
    private final PasswordHasher hasher;
    private final Secret unmatchable;
    private final TokenIssuer issuer;
    private final FailureLimit perAddress;
    private final FailureLimit perUser;
    private final FewAtATime hashing;
    private final BufferAccount buffers;

    /**
     * @param perAddress failed logins, by the address they come from
     * @param perUser failed logins, by the name they are tried with
     * @param workers where passwords are hashed, by as many at a time as half of the processors
     * @param buffers has room for the content, or has none
     */
    public LoginHandler(
            UserStore users,
            TokenIssuer issuer,
            FailureLimit perAddress,
            FailureLimit perUser,
            Executor workers,
            BufferAccount buffers) {
        this(
                users,
                new Argon2id(),
                issuer,
                perAddress,
                perUser,
                new FewAtATime(workers, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), WAITING),
                buffers);
    }

    LoginHandler(
            UserStore users,
            PasswordHasher hasher,
            TokenIssuer issuer,
            FailureLimit perAddress,
            FailureLimit perUser,
            FewAtATime hashing,
            BufferAccount buffers) {
        this.users = users;
        this.hasher = hasher;
        this.unmatchable = hasher.unmatchable();
        this.issuer = issuer;
        this.perAddress = perAddress;
        this.perUser = perUser;
        this.hashing = hashing;
        this.buffers = buffers;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        Headers headers = call.request().headers();
        boolean json = headers.first("Content-Type")
                .map(MediaType::parse)
                .filter(MediaType::isJson)
                .isPresent();
        if (!json || headers.contains("Content-Encoding")) {
            return Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE).toAnswer(call);
        }
        BodyCollector collector = BodyCollector.of(call.request().body(), MAX_BODY, buffers);
        call.onEnd(end -> collector.release());
        return collector
                .collect()
                .handle((body, failure) -> failure == null ? attempt(call, body) : unread(call, failure))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<ProxyResponse> unread(ProxyCall call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BodyCollector.NoRoom) {
            return RoomFilter.noRoom(buffers).toAnswer(call);
        }
        return cause instanceof BodyCollector.TooLarge
                ? Problem.of(ProblemType.BODY_TOO_LARGE, "The body has more than 4KB, which is the limit here.")
                        .toAnswer(call)
                : CompletableFuture.failedFuture(cause);
    }

    private CompletionStage<ProxyResponse> attempt(ProxyCall call, byte[] body) {
        LoginRequest request;
        try {
            request = LoginRequest.parse(body);
        } catch (LoginRequest.Unreadable unreadable) {
            return unreadable.problem().toAnswer(call);
        }
        String address = call.client().limitKey();
        Optional<Duration> wait = perAddress.tryCharge(address);
        if (wait.isPresent()) {
            return limited(call, wait.get(), "too many failed logins from the address");
        }
        wait = perUser.tryCharge(request.username());
        if (wait.isPresent()) {
            perAddress.giveBack(address);
            return limited(call, wait.get(), "too many failed logins for the user");
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        if (!hashing.trySubmit(() -> decide(call, request, answer))) {
            giveBack(call, request);
            return Problem.of(ProblemType.OVERLOADED)
                    .withReason("no room to hash passwords")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
        return answer;
    }

    /** On a worker. An attempt whose client has left stays charged, or leaving would be a way around the limits. */
    private void decide(ProxyCall call, LoginRequest request, CompletableFuture<ProxyResponse> answer) {
        if (call.cancellation().isCancelled()) {
            call.io().execute(() -> answer.complete(refused(call, "the client left before it was tried")));
            return;
        }
        try {
            Optional<User> user = users.user(request.username());
            Secret hash = user.map(User::password).orElse(unmatchable);
            boolean matches = hasher.matches(request.password(), hash);
            if (user.isPresent() && matches && user.get().enabled()) {
                IssuedToken token = issuer.issue(
                        TokenRequest.of(user.get().name()).withRoles(user.get().roles()));
                giveBack(call, request);
                call.io().execute(() -> answer.complete(granted(token)));
            } else {
                String reason = user.isEmpty() ? "unknown user" : matches ? "disabled user" : "wrong password";
                call.io().execute(() -> answer.complete(refused(call, reason)));
            }
        } catch (RuntimeException | Error surprise) {
            giveBack(call, request);
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }

    private void giveBack(ProxyCall call, LoginRequest request) {
        perAddress.giveBack(call.client().limitKey());
        perUser.giveBack(request.username());
    }

    private static ProxyResponse granted(IssuedToken token) {
        return ProxyResponse.of(
                200,
                FIELDS,
                Body.of(JSON.writeValueAsBytes(JsonNodeFactory.instance
                        .objectNode()
                        .put("accessToken", token.text())
                        .put("tokenType", "Bearer")
                        .put("expiresIn", token.lifetime().toSeconds()))));
    }

    private static ProxyResponse refused(ProxyCall call, String reason) {
        return Problem.of(ProblemType.INVALID_CREDENTIALS, "The user name or the password is wrong.")
                .withReason(reason)
                .withHeader("WWW-Authenticate", AuthenticateFilter.CHALLENGE)
                .toResponse(call);
    }

    private static CompletionStage<ProxyResponse> limited(ProxyCall call, Duration wait, String reason) {
        return Problem.of(ProblemType.RATE_LIMITED, "Too many logins failed; wait before the next.")
                .withReason(reason)
                .withRetryAfter(wait)
                .toAnswer(call);
    }
}
