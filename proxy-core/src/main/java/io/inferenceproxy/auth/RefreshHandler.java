package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import tools.jackson.databind.JsonNode;

/**
 * Gives a new token and a new refresh token for {@code {"refreshToken"}}, as the login does; the old one is good no longer.
 * Whatever is wrong with one, the answer is the same. An attempt is charged to its address as a login is, and given back when
 * it succeeds.
 */
public final class RefreshHandler implements ProxyHandler {

    private static final int LONGEST = 256;

    private final Sessions sessions;
    private final FailureLimit perAddress;
    private final Executor workers;
    private final BufferAccount buffers;
    private final Auditor auditor;

    /**
     * @param perAddress failed attempts, by the address they come from
     * @param workers where the store is asked
     * @param buffers has room for the content, or has none
     * @param auditor learns of those who come with what was used before
     */
    public RefreshHandler(
            Sessions sessions, FailureLimit perAddress, Executor workers, BufferAccount buffers, Auditor auditor) {
        this.sessions = sessions;
        this.perAddress = perAddress;
        this.workers = workers;
        this.buffers = buffers;
        this.auditor = auditor;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        return CredentialBody.read(call, buffers, body -> attempt(call, body));
    }

    private CompletionStage<ProxyResponse> attempt(ProxyCall call, byte[] body) {
        Secret refreshToken;
        try {
            refreshToken = parse(body);
        } catch (CredentialBody.Unreadable unreadable) {
            return unreadable.problem().toAnswer(call);
        }
        String address = call.client().limitKey();
        Optional<Duration> wait = perAddress.tryCharge(address);
        if (wait.isPresent()) {
            return TokenAnswer.limited(
                    call,
                    "Too many attempts to sign in failed; wait before the next.",
                    wait.get(),
                    "too many failed refreshes from the address");
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> decide(call, refreshToken, answer));
        } catch (RejectedExecutionException full) {
            perAddress.giveBack(address);
            return TokenAnswer.busy("no room to refresh tokens").toAnswer(call);
        }
        return answer;
    }

    private static Secret parse(byte[] body) throws CredentialBody.Unreadable {
        JsonNode json = CredentialBody.json(body);
        JsonNode text = json.path("refreshToken");
        if (!json.isObject()
                || json.size() != 1
                || !text.isString()
                || text.stringValue().isEmpty()
                || text.stringValue().length() > LONGEST) {
            throw CredentialBody.unreadable(
                    "The body must be an object with the string refreshToken, and nothing else.");
        }
        return Secret.of(text.stringValue());
    }

    /** On a worker. */
    private void decide(ProxyCall call, Secret refreshToken, CompletableFuture<ProxyResponse> answer) {
        try {
            Sessions.Outcome outcome = sessions.refresh(refreshToken);
            ProxyResponse response;
            if (outcome instanceof Sessions.Outcome.Granted granted) {
                perAddress.giveBack(call.client().limitKey());
                response = TokenAnswer.granted(granted.grant());
            } else {
                Sessions.Outcome.Refused refused = (Sessions.Outcome.Refused) outcome;
                if (!refused.robbed().isEmpty()) {
                    auditor.record(
                            AuditEvents.refused(call, AuditKind.REFRESH_REUSE, refused.robbed(), refused.reason()));
                }
                response = TokenAnswer.refused(call, "The refresh token is not good; sign in again.", refused.reason());
            }
            call.io().execute(() -> answer.complete(response));
        } catch (StoreException down) {
            perAddress.giveBack(call.client().limitKey());
            ProxyResponse response =
                    TokenAnswer.busy(String.valueOf(down.getMessage())).toResponse(call);
            call.io().execute(() -> answer.complete(response));
        } catch (RuntimeException | Error surprise) {
            perAddress.giveBack(call.client().limitKey());
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }
}
