package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a token for a name and a password: {@code {"username","password"}} to {@code {"accessToken","tokenType",
 * "expiresIn","refreshToken"}}.
 *
 * <p>An attempt is charged to its address and to the name before anything is hashed, and given back when it succeeds, so
 * that parallel attempts cannot outrun the limits. Where the user has logged in from that address before, it is charged to the
 * two together instead of the name, so that strangers do not use up what the user may try. An unknown or disabled user costs as much work as any other and gets
 * the same answer as a wrong password, after the same time.
 */
public final class LoginHandler implements ProxyHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LoginHandler.class);
    private static final int WAITING = 32;
    private static final String TOO_MANY = "Too many logins failed; wait before the next.";

    private final UserStore users;
    private final PasswordHasher hasher;
    private final Secret unmatchable;
    private final Sessions sessions;
    private final FailureLimit perAddress;
    private final FailureLimit perUser;
    private final LoginLockout lockout;
    private final FewAtATime hashing;
    private final RefusalPace pace;
    private final BufferAccount buffers;
    private final Auditor auditor;
    private final RefusalLines refusals;

    /**
     * @param passwords what a hash costs; one that costs less is made anew
     * @param perAddress failed logins, by the address they come from
     * @param perUser failed logins, by the name they are tried with
     * @param lockout slows down who fails again and again
     * @param workers where passwords are hashed, by as many at a time as half of the processors
     * @param buffers has room for the content, or has none
     * @param auditor learns of logins and of those that fail in a row
     * @param ticker times when those that fail are answered
     */
    public LoginHandler(
            UserStore users,
            PasswordOptions passwords,
            Sessions sessions,
            FailureLimit perAddress,
            FailureLimit perUser,
            LoginLockout lockout,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        this(
                users,
                new PasswordHashes(passwords),
                sessions,
                perAddress,
                perUser,
                lockout,
                new FewAtATime(workers, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), WAITING),
                new RefusalPace(passwords.refuseAfter(), ticker),
                buffers,
                auditor,
                ticker);
    }

    LoginHandler(
            UserStore users,
            PasswordHasher hasher,
            Sessions sessions,
            FailureLimit perAddress,
            FailureLimit perUser,
            LoginLockout lockout,
            FewAtATime hashing,
            RefusalPace pace,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        this.users = users;
        this.hasher = hasher;
        this.unmatchable = hasher.unmatchable();
        this.sessions = sessions;
        this.perAddress = perAddress;
        this.perUser = perUser;
        this.lockout = lockout;
        this.hashing = hashing;
        this.pace = pace;
        this.buffers = buffers;
        this.auditor = auditor;
        this.refusals = new RefusalLines(auditor, ticker);
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        return CredentialBody.read(call, buffers, body -> attempt(call, body));
    }

    private CompletionStage<ProxyResponse> attempt(ProxyCall call, byte[] body) {
        LoginRequest request;
        try {
            request = LoginRequest.parse(body);
        } catch (CredentialBody.Unreadable unreadable) {
            return unreadable.problem().toAnswer(call);
        }
        String address = call.client().limitKey();
        Optional<Duration> wait = perAddress.tryCharge(address);
        if (wait.isPresent()) {
            return TokenAnswer.limited(call, TOO_MANY, wait.get(), "too many failed logins from the address");
        }
        wait = perUser.tryCharge(lockout.countedAs(request.username(), address));
        if (wait.isPresent()) {
            perAddress.giveBack(address);
            return TokenAnswer.limited(call, TOO_MANY, wait.get(), "too many failed logins for the user");
        }
        wait = lockout.tryCharge(request.username(), address);
        if (wait.isPresent()) {
            perAddress.giveBack(address);
            perUser.giveBack(lockout.countedAs(request.username(), address));
            return TokenAnswer.limited(call, TOO_MANY, wait.get(), "too many failed logins in a row");
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        // From here, so that whoever waits behind a costly hash is not told its cost.
        long start = pace.start();
        if (!hashing.trySubmit(() -> decide(call, request, start, answer))) {
            giveBack(call, request);
            return TokenAnswer.busy("no room to hash passwords").toAnswer(call);
        }
        return answer;
    }

    /** On a worker. An attempt whose client has left stays charged, or leaving would be a way around the limits. */
    private void decide(ProxyCall call, LoginRequest request, long start, CompletableFuture<ProxyResponse> answer) {
        if (call.cancellation().isCancelled()) {
            call.io().execute(() -> answer.complete(refused(call, "the client left before it was tried")));
            return;
        }
        try {
            Optional<User> user = users.user(request.username());
            Secret hash = user.map(User::password).orElse(unmatchable);
            boolean matches = hasher.matches(request.password(), hash);
            if (user.isPresent() && matches && user.get().enabled()) {
                User seen = upgraded(user.get(), request.password());
                Sessions.Grant grant = sessions.open(seen);
                if (hasChanged(seen, request.password())) {
                    sessions.end(grant);
                    refuse(call, request, "changed user", start, answer);
                    return;
                }
                giveBack(call, request);
                lockout.succeeded(request.username(), call.client().limitKey());
                auditor.record(AuditEvents.done(call, AuditKind.LOGIN, request.username()));
                call.io().execute(() -> answer.complete(TokenAnswer.granted(grant)));
            } else {
                String reason = user.isEmpty() ? "unknown user" : matches ? "disabled user" : "wrong password";
                refuse(call, request, reason, start, answer);
            }
        } catch (StoreException down) {
            giveBack(call, request);
            ProxyResponse response =
                    TokenAnswer.busy(String.valueOf(down.getMessage())).toResponse(call);
            call.io().execute(() -> answer.complete(response));
        } catch (RuntimeException | Error surprise) {
            giveBack(call, request);
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }

    /** Nobody is refused because it could not be done: the file may be one that others look after. */
    private User upgraded(User user, Secret password) {
        if (users instanceof UserDirectory directory && hasher.isOutdated(user.password())) {
            try {
                User next = user.withPassword(hasher.hash(password));
                return directory.change(user, Optional.of(next)) == UserDirectory.Outcome.DONE ? next : user;
            } catch (StoreException unwritable) {
                LOG.info(
                        "the hash of a password is outdated, and stays so: {}",
                        String.valueOf(unwritable.getMessage()));
            }
        }
        return user;
    }

    /**
     * Whether the user is not any more who logged in. A session that began after a revocation outlives it, so what the
     * revocation was for is looked for after the session has begun: a change is seen here, or its revocation ends the session.
     */
    private boolean hasChanged(User seen, Secret password) {
        Optional<User> present = users.userNow(seen.name());
        return present.isEmpty()
                || !present.get().enabled()
                || !present.get().roles().equals(seen.roles())
                || !present.get().password().equals(seen.password())
                        && !hasher.matches(password, present.get().password());
    }

    private void giveBack(ProxyCall call, LoginRequest request) {
        String address = call.client().limitKey();
        perAddress.giveBack(address);
        perUser.giveBack(lockout.countedAs(request.username(), address));
        lockout.giveBack(request.username(), address);
    }

    private void refuse(
            ProxyCall call, LoginRequest request, String reason, long start, CompletableFuture<ProxyResponse> answer) {
        lockout.kindOf(request.username(), call.client().limitKey())
                .ifPresent(kind -> refusals.record(AuditEvents.refused(call, kind, request.username(), reason)));
        Runnable refusal = () -> answer.complete(refused(call, reason));
        Duration left = pace.left(start);
        // Timers are set on the call's own thread.
        call.io().execute(left.isZero() ? refusal : () -> call.io().schedule(left, refusal));
    }

    private static ProxyResponse refused(ProxyCall call, String reason) {
        return TokenAnswer.refused(call, "The user name or the password is wrong.", reason);
    }
}
