package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Gives a token for a name and a password: {@code {"username","password"}} to {@code {"accessToken","tokenType",
 * "expiresIn","refreshToken"}}.
 *
 * <p>An attempt is charged to its address and to the name before anything is hashed, and given back when it succeeds, so
 * that parallel attempts cannot outrun the limits. Where the user has logged in from that address before, it is charged to the
 * two together instead of the name, so that strangers do not use up what the user may try. An unknown or disabled user costs as
 * much work as any other and gets the same answer as a wrong password, after the same time. The attempts of a network, an address
 * or a /48 of IPv6, are decided one after the other: none learns how long the hash of the one before took, and no network fills
 * the queue for the others.
 */
public final class LoginHandler implements ProxyHandler {

    private static final int WAITING = 32;
    private static final String TOO_MANY = "Too many logins failed; wait before the next.";

    private final SignIn signIn;
    private final FailureLimit perAddress;
    private final FailureLimit perUser;
    private final LoginLockout lockout;
    private final FairQueue hashing;
    private final RefusalPace pace;
    private final BufferAccount buffers;
    private final Auditor auditor;
    private final RefusalLines failures;
    private final RefusalLines lockouts;

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
                new FairQueue(workers, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), WAITING),
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
            FairQueue hashing,
            RefusalPace pace,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        this.signIn = new SignIn(users, hasher, sessions, pace);
        this.perAddress = perAddress;
        this.perUser = perUser;
        this.lockout = lockout;
        this.hashing = hashing;
        this.pace = pace;
        this.buffers = buffers;
        this.auditor = auditor;
        this.failures = new RefusalLines(AuditKind.LOGIN_FAILURES, auditor, ticker);
        this.lockouts = new RefusalLines(AuditKind.LOCKOUT, auditor, ticker);
    }

    /** To be called every second: the trail is told how many refusals were left out. Does not block. */
    public void tick(Executor workers) {
        failures.tick(workers);
        lockouts.tick(workers);
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
        String counted = lockout.countedAs(request.username(), address);
        wait = perUser.tryCharge(counted);
        if (wait.isPresent()) {
            perAddress.giveBack(address);
            return TokenAnswer.limited(call, TOO_MANY, wait.get(), "too many failed logins for the user");
        }
        LoginLockout.Charge charge = lockout.tryCharge(request.username(), address);
        if (charge.isRefused()) {
            perAddress.giveBack(address);
            perUser.giveBack(counted);
            return TokenAnswer.limited(call, TOO_MANY, charge.delay(), "too many failed logins in a row");
        }
        Attempt attempt = new Attempt(call, request, address, counted, charge);
        hashing.submit(LoginLockout.networkOf(address), attempt);
        return attempt.answer;
    }

    /** An attempt that was charged. */
    private final class Attempt implements FairQueue.Task {
        private final ProxyCall call;
        private final LoginRequest request;
        private final String address;
        private final String counted;
        private final LoginLockout.Charge charge;
        private final long came = pace.now();
        private final CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();

        /**
         * @param counted as what the limit of a user has charged it
         */
        private Attempt(
                ProxyCall call, LoginRequest request, String address, String counted, LoginLockout.Charge charge) {
            this.call = call;
            this.request = request;
            this.address = address;
            this.counted = counted;
            this.charge = charge;
        }

        @Override
        public void turnAway() {
            giveBack();
            call.io()
                    .execute(() -> answer.complete(
                            TokenAnswer.busy("no room to hash passwords").toResponse(call)));
        }

        /** One whose client has left stays charged, or leaving would be a way around the limits. */
        @Override
        public void run(Runnable answered) {
            if (call.cancellation().isCancelled()) {
                String reason = "the client left before it was tried";
                audit(reason);
                answer(answered, () -> refused(reason));
                return;
            }
            try {
                decide(answered);
            } catch (StoreException down) {
                giveBack();
                String reason = String.valueOf(down.getMessage());
                answer(answered, () -> TokenAnswer.busy(reason).toResponse(call));
            } catch (RuntimeException | Error surprise) {
                giveBack();
                call.io().execute(() -> {
                    answer.completeExceptionally(surprise);
                    answered.run();
                });
            }
        }

        private void decide(Runnable answered) {
            long begun = pace.now();
            SignIn.Outcome outcome = signIn.attempt(
                    request, () -> auditor.record(AuditEvents.done(call, AuditKind.LOGIN, request.username())));
            if (outcome instanceof SignIn.Outcome.Granted granted) {
                perAddress.giveBack(address);
                perUser.giveBack(counted);
                lockout.succeeded(request.username(), address, charge);
                answer(answered, () -> TokenAnswer.granted(granted.grant()));
            } else {
                refuse(((SignIn.Outcome.Refused) outcome).reason(), begun, answered);
            }
        }

        private void giveBack() {
            perAddress.giveBack(address);
            perUser.giveBack(counted);
            lockout.giveBack(charge);
        }

        private void refuse(String reason, long begun, Runnable answered) {
            audit(reason);
            Duration left = pace.left(came, begun);
            Runnable refusal = () -> answer(answered, () -> refused(reason));
            // Timers are set on the call's own thread.
            call.io().execute(left.isZero() ? refusal : () -> call.io().schedule(left, refusal));
        }

        private void audit(String reason) {
            lockout.kindOf(charge)
                    .ifPresent(kind -> (kind == AuditKind.LOCKOUT ? lockouts : failures)
                            .record(AuditEvents.refused(call, kind, request.username(), reason)));
        }

        private ProxyResponse refused(String reason) {
            return TokenAnswer.refused(call, "The user name or the password is wrong.", reason);
        }

        private void answer(Runnable answered, Supplier<ProxyResponse> response) {
            call.io().execute(() -> {
                try {
                    answer.complete(response.get());
                } catch (RuntimeException | Error surprise) {
                    answer.completeExceptionally(surprise);
                } finally {
                    answered.run(); // or the network could never log in again
                }
            });
        }
    }
}
