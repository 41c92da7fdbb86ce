package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
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
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Gives tokens as OAuth 2 has it (RFC 6749): {@code POST /oauth2/token} with {@code grant_type=client_credentials} for programs,
 * with {@code refresh_token} for whom has signed in.
 *
 * <p>An attempt is charged to its address before it is checked, and given back when it succeeds, as a login is. It is not charged
 * to the program: nobody guesses a secret of 256 bits, and whoever knows an identifier could keep a program out. Unknown programs and wrong secrets get the same answer. What goes wrong is answered in the form of RFC 6749 section 5.2;
 * limits and lack of room are problems as everywhere.
 */
public final class OAuthTokenHandler implements ProxyHandler {

    private static final int MAX_BODY = 4 << 10;
    private static final int AT_ONCE = 4;
    private static final int WAITING = 64;
    private static final String CLIENT = "client_credentials";
    private static final String REFRESH = "refresh_token";
    private static final int LONGEST_REFRESH_TOKEN = 256;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store", "Pragma", "no-cache");

    private final ClientStore clients;
    private final Sessions sessions;
    private final TokenIssuer issuer;
    private final Ticker ticker;
    private final FailureLimit perAddress;
    private final FewAtATime checks;
    private final BufferAccount buffers;
    private final Auditor auditor;
    private final RefusedClients refusals;

    /**
     * @param keys whose keys are the programs
     * @param users whose disabled users are refused
     * @param sessions those who have signed in
     * @param perAddress failed attempts, by the address they come from
     * @param workers where programs are looked up
     * @param buffers has room for the content, or has none
     * @param auditor learns of tokens for programs, of programs that were refused, and of those who come with a refresh token
     *     that was used before
     */
    public OAuthTokenHandler(
            KeyStore keys,
            UserStore users,
            Sessions sessions,
            TokenIssuer issuer,
            FailureLimit perAddress,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        this(new KeyClients(keys, users, ticker), sessions, issuer, perAddress, workers, buffers, auditor, ticker);
    }

    OAuthTokenHandler(
            ClientStore clients,
            Sessions sessions,
            TokenIssuer issuer,
            FailureLimit perAddress,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        this.clients = clients;
        this.sessions = sessions;
        this.issuer = issuer;
        this.perAddress = perAddress;
        this.checks = new FewAtATime(workers, AT_ONCE, WAITING);
        this.buffers = buffers;
        this.auditor = auditor;
        this.refusals = new RefusedClients(auditor, ticker);
        this.ticker = ticker;
    }

    /** To be called every second: the trail is told how many refusals were left out. Does not block. */
    public void tick(Executor workers) {
        refusals.tick(workers);
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        Headers headers = call.request().headers();
        boolean form = headers.first("Content-Type")
                .map(MediaType::parse)
                .filter(type -> type.essence().equals("application/x-www-form-urlencoded"))
                .isPresent();
        if (!form || headers.contains("Content-Encoding")) {
            return now(OAuthError.INVALID_REQUEST.toResponse(
                    call, "The body must be application/x-www-form-urlencoded.", "no form"));
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
        FormParameters form;
        Optional<ClientCredentials> credentials;
        try {
            form = FormParameters.parse(body);
            credentials = ClientCredentials.of(call.request().headers(), form);
        } catch (FormParameters.Unreadable unreadable) {
            String what = String.valueOf(unreadable.getMessage());
            return now(OAuthError.INVALID_REQUEST.toResponse(call, "The request has " + what + ".", what));
        }
        String grant = form.value("grant_type");
        if (grant.equals(REFRESH)) {
            return refresh(call, form.value("refresh_token"));
        }
        if (!grant.equals(CLIENT)) {
            OAuthError error = grant.isEmpty() ? OAuthError.INVALID_REQUEST : OAuthError.UNSUPPORTED_GRANT_TYPE;
            return now(error.toResponse(
                    call, "grant_type must be client_credentials or refresh_token.", "another grant_type"));
        }
        if (credentials.isEmpty()) {
            return now(OAuthError.INVALID_CLIENT.toResponse(
                    call, "Send client_id and client_secret, by Basic or in the form.", "no client credentials"));
        }
        ClientCredentials shown = credentials.get();
        return checked(call, () -> client(call, shown, form.value("scope")));
    }

    private CompletionStage<ProxyResponse> refresh(ProxyCall call, String token) {
        if (token.isEmpty() || token.length() > LONGEST_REFRESH_TOKEN) {
            return now(OAuthError.INVALID_REQUEST.toResponse(call, "refresh_token is missing.", "no refresh token"));
        }
        return checked(call, () -> {
            Sessions.Outcome outcome = sessions.refresh(Secret.of(token));
            if (outcome instanceof Sessions.Outcome.Granted granted) {
                ObjectNode json = json(granted.grant().token());
                ProxyResponse response = answer(
                        json.put("refresh_token", granted.grant().refreshToken().reveal()));
                giveBack(call);
                return response;
            }
            Sessions.Outcome.Refused refused = (Sessions.Outcome.Refused) outcome;
            if (!refused.robbed().isEmpty()) {
                auditor.record(AuditEvents.refused(call, AuditKind.REFRESH_REUSE, refused.robbed(), refused.reason()));
            }
            return OAuthError.INVALID_GRANT.toResponse(call, "The refresh token is not good.", refused.reason());
        });
    }

    private ProxyResponse client(ProxyCall call, ClientCredentials credentials, String scope) {
        Optional<OAuthClient> client = clients.client(credentials.id(), credentials.secret());
        if (client.isEmpty()) {
            return refused(call, credentials, "unknown client or wrong secret");
        }
        ProxyResponse response = granted(call, credentials, client.get(), scope);
        giveBack(call);
        return response;
    }

    /** Charges the address and has the check made on the workers. */
    private CompletionStage<ProxyResponse> checked(ProxyCall call, Supplier<ProxyResponse> check) {
        Optional<Duration> wait = perAddress.tryCharge(call.client().limitKey());
        if (wait.isPresent()) {
            return Problem.of(ProblemType.RATE_LIMITED, "Too many clients were refused; wait before the next attempt.")
                    .withReason("too many refused attempts from the address")
                    .withRetryAfter(wait.get())
                    .toAnswer(call);
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        if (!checks.trySubmit(() -> decide(call, check, answer))) {
            giveBack(call);
            return TokenAnswer.busy("no room to check clients").toAnswer(call);
        }
        return answer;
    }

    /** On a worker. */
    private void decide(ProxyCall call, Supplier<ProxyResponse> check, CompletableFuture<ProxyResponse> answer) {
        try {
            ProxyResponse response = check.get();
            call.io().execute(() -> answer.complete(response));
        } catch (StoreException down) {
            giveBack(call);
            ProxyResponse response =
                    TokenAnswer.busy(String.valueOf(down.getMessage())).toResponse(call);
            call.io().execute(() -> answer.complete(response));
        } catch (RuntimeException | Error surprise) {
            giveBack(call);
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }

    private ProxyResponse granted(ProxyCall call, ClientCredentials credentials, OAuthClient client, String scope) {
        if (!client.unbound()) {
            return OAuthError.UNAUTHORIZED_CLIENT.toResponse(
                    call, "The key is for some routes alone, which a token could not say.", "a key bound to routes");
        }
        Set<String> scopes = new TreeSet<>(client.scopes());
        if (!scope.isEmpty()) {
            Set<String> wanted = new TreeSet<>(List.of(scope.strip().split(" +", -1)));
            if (!scopes.containsAll(wanted)) {
                return OAuthError.INVALID_SCOPE.toResponse(
                        call, "The client may not have all of these scopes.", "a scope that is not the client's");
            }
            scopes.retainAll(wanted);
        }
        TokenRequest request = TokenRequest.of(client.subject())
                .withRoles(client.roles())
                .withScopes(scopes)
                .withClaim("client_id", StringNode.valueOf(credentials.id()));
        if (client.expiry().isBefore(ticker.now().plus(issuer.usualTtl()))) {
            Duration left = Duration.between(ticker.now(), client.expiry());
            request = request.withTtl(left.toSeconds() < 1 ? Duration.ofSeconds(1) : left);
        }
        ObjectNode json = json(sessions.tokenWithKey(credentials.id(), request));
        if (!clients.client(credentials.id(), credentials.secret()).equals(Optional.of(client))) {
            // It was dated after a revocation that it must not outlive.
            return refused(call, credentials, "the client was changed meanwhile");
        }
        refusals.succeeded(call, credentials.id());
        auditor.record(
                AuditEvents.done(call, AuditKind.CLIENT_TOKEN, client.subject()).withDetail("key " + credentials.id()));
        if (!scopes.isEmpty()) {
            json.put("scope", String.join(" ", scopes));
        }
        return answer(json);
    }

    private ProxyResponse refused(ProxyCall call, ClientCredentials credentials, String reason) {
        refusals.refused(call, credentials.id(), reason);
        return OAuthError.INVALID_CLIENT.toResponse(call, "The client or its secret is wrong.", reason);
    }

    private static ObjectNode json(IssuedToken token) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("access_token", token.text())
                .put("token_type", "Bearer")
                .put("expires_in", token.lifetime().toSeconds());
    }

    private static ProxyResponse answer(ObjectNode json) {
        return ProxyResponse.of(200, FIELDS, Body.of(JSON.writeValueAsBytes(json)));
    }

    private void giveBack(ProxyCall call) {
        perAddress.giveBack(call.client().limitKey());
    }

    private static CompletionStage<ProxyResponse> now(ProxyResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
