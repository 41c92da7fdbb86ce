package io.inferenceproxy.auth;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Lets in only callers whose credentials are good and who have what the route asks for.
 *
 * <p>Refused credentials are charged to the address they come from; past the limit they are answered 429. Good ones
 * always pass, and who sends none is not charged. Whatever refused credentials were wrong in, they get the same answer.
 */
public final class AuthenticateFilter implements ProxyFilter {

    static final String CHALLENGE = "Bearer realm=\"inference-proxy\"";

    private static final Problem MISSING =
            Problem.of(ProblemType.MISSING_CREDENTIALS).withHeader("WWW-Authenticate", CHALLENGE);
    private static final Problem INVALID = Problem.of(ProblemType.INVALID_CREDENTIALS)
            .withHeader("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\"");
    private static final Problem CONFLICTING = Problem.of(ProblemType.CONFLICTING_CREDENTIALS)
            .withHeader("WWW-Authenticate", CHALLENGE + ", error=\"invalid_request\"");

    private final Authenticator authenticator;
    private final FailureLimit failures;
    private final AccessRequirement requirement;

    public AuthenticateFilter(Authenticator authenticator, FailureLimit failures, AccessRequirement requirement) {
        this.authenticator = authenticator;
        this.failures = failures;
        this.requirement = requirement;
    }

    /** A filter for routes that anyone may call: it looks at no credentials, and the caller stays anonymous. */
    public static ProxyFilter anonymous() {
        return (call, next) -> next.handle(call.withCaller(Caller.ANONYMOUS));
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        CompletionStage<Authentication> found = authenticator.authenticate(call);
        if (isKnown(found) && call.io().isCurrentThread()) {
            return answered(call, next, found.toCompletableFuture().join());
        }
        return found.thenCompose(authentication -> {
            if (call.io().isCurrentThread()) {
                return answered(call, next, authentication);
            }
            // An authenticator that someone brought may forget where it was called from.
            return CompletableFuture.supplyAsync(() -> answered(call, next, authentication), call.io())
                    .thenCompose(Function.identity());
        });
    }

    /** Whether there is a result already, as for every token that was seen before; subclasses need not answer that. */
    private static boolean isKnown(CompletionStage<Authentication> found) {
        return found.getClass() == CompletableFuture.class
                && found.toCompletableFuture().isDone()
                && !found.toCompletableFuture().isCompletedExceptionally();
    }

    private CompletionStage<ProxyResponse> answered(ProxyCall call, ProxyHandler next, Authentication found) {
        if (found instanceof Authentication.Accepted accepted) {
            return admitted(call, next, accepted.caller());
        }
        if (found instanceof Authentication.Refused refused) {
            return refused(call, refused.reason()).toAnswer(call);
        }
        if (found instanceof Authentication.NotPermitted barred) {
            return notPermitted(call.withCaller(barred.caller()), barred.reason());
        }
        return (found instanceof Authentication.Conflicting ? CONFLICTING : MISSING).toAnswer(call);
    }

    private CompletionStage<ProxyResponse> admitted(ProxyCall call, ProxyHandler next, Caller.Identified caller) {
        ProxyCall theirs = call.withCaller(caller);
        if (!requirement.isMetBy(caller)) {
            return notPermitted(theirs, requirement.lackOf(caller));
        }
        theirs.trace().mark(CallTrace.Mark.AUTHENTICATED);
        return next.handle(theirs);
    }

    private CompletionStage<ProxyResponse> notPermitted(ProxyCall theirs, String reason) {
        String scope = requirement.scopes().isEmpty() ? "" : ", scope=\"" + requirement.enoughScopes() + "\"";
        return Problem.of(ProblemType.NOT_PERMITTED)
                .withReason(reason)
                .withHeader("WWW-Authenticate", CHALLENGE + ", error=\"insufficient_scope\"" + scope)
                .toAnswer(theirs);
    }

    private Problem refused(ProxyCall call, String reason) {
        Optional<Duration> wait = failures.tryCharge(call.client().limitKey());
        if (wait.isPresent()) {
            return Problem.of(
                            ProblemType.RATE_LIMITED,
                            "Too many refused credentials came from this address; good ones are still served.")
                    .withReason(reason)
                    .withRetryAfter(wait.get());
        }
        return INVALID.withReason(reason);
    }
}
