package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.units.Quorum;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Over 300 lines because each rule has its refusals. */
class AuthenticateFilterTest {

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final CountingLimit failures = new CountingLimit(3);
    private final List<ProxyCall> admitted = new ArrayList<>();
    private final Authenticator tokens =
            new JwtAuthenticator(forge.verifier(), 100, UserStore.NONE, SessionStore.NONE, new HeldWorkers(0), clock);

    @Test
    void passesACallWithGoodCredentialsOnAsTheCallers() {
        ProxyCall call = AuthCalls.bearing(forge.good());

        ProxyResponse answer = answer(tokens, AccessRequirement.NONE, call);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(admitted)
                .singleElement()
                .satisfies(theirs -> assertThat(theirs.caller())
                        .isInstanceOfSatisfying(
                                Caller.Identified.class,
                                caller -> assertThat(caller.subject()).isEqualTo("alice")));
        assertThat(call.trace().nanosTo(CallTrace.Mark.AUTHENTICATED)).isPositive();
    }

    @Test
    void asksForCredentialsWithoutAnErrorWhereThereAreNone() {
        ProxyCall call = AuthCalls.get();

        ProxyResponse answer = answer(tokens, AccessRequirement.NONE, call);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(AuthCalls.field(answer, "WWW-Authenticate")).isEqualTo("Bearer realm=\"inference-proxy\"");
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("missing-credentials");
        assertThat(call.trace().nanosTo(CallTrace.Mark.AUTHENTICATED)).isZero();
        assertThat(failures.keys()).isEmpty();
        assertThat(admitted).isEmpty();
    }

    @Test
    void answersAllRefusedTokensAlikeAndTellsTheReasonToTheTraceAlone() {
        List<String> bad = List.of(
                "x",
                "a.b.c",
                Forge.signed(Forge.HEADER, forge.claimsWith("exp", "1")),
                Forge.signed(Forge.HEADER, forge.claimsWith("aud", "\"billing\"")),
                Forge.signed("{\"alg\":\"none\"}", forge.claims()),
                Forge.signed(Forge.HEADER, forge.claims(), new byte[32]));
        List<String> answers = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (String token : bad) {
            ProxyCall call = AuthCalls.bearing(token);
            answers.add(AuthCalls.whole(answer(tokens, FailureLimit.NONE, AccessRequirement.NONE, call)));
            reasons.add(call.trace().reason());
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer)
                        .isEqualTo(answers.get(0))
                        .startsWith("401\n")
                        .contains("WWW-Authenticate: Bearer realm=\"inference-proxy\", error=\"invalid_token\"\n")
                        .contains("\"code\":\"invalid-credentials\""));
        assertThat(reasons)
                .doesNotHaveDuplicates()
                .hasSize(6)
                .anySatisfy(
                        reason -> assertThat(reason).isEqualTo("audience: aud is \"billing\" (expected: inference)"));
    }

    @Test
    void refusesTwoDifferentCredentials() {
        ProxyCall call = AuthCalls.get("Authorization", "Bearer " + forge.good(), "X-API-Key", "ipx_a_b");

        ProxyResponse answer = answer(tokens, AccessRequirement.NONE, call);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("conflicting-credentials");
        assertThat(failures.keys()).isEmpty();
    }

    @Test
    void limitsRefusedCredentialsByAddressAndLetsGoodOnesPass() {
        for (int i = 0; i < 3; i++) {
            assertThat(answer(tokens, AccessRequirement.NONE, AuthCalls.bearing("bad"))
                            .status())
                    .isEqualTo(401);
        }

        ProxyResponse fourth = answer(tokens, AccessRequirement.NONE, AuthCalls.bearing("bad"));

        assertThat(fourth.status()).isEqualTo(429);
        assertThat(AuthCalls.field(fourth, "Retry-After")).isEqualTo("42");
        JsonNode problem = AuthCalls.json(fourth);
        assertThat(problem.path("code").stringValue()).isEqualTo("rate-limited");
        assertThat(answer(tokens, AccessRequirement.NONE, AuthCalls.bearing(forge.good()))
                        .status())
                .isEqualTo(204);
        assertThat(answer(tokens, AccessRequirement.NONE, AuthCalls.get()).status())
                .isEqualTo(401);
        assertThat(failures.keys()).containsExactly("192.0.2.1");
    }

    @Test
    void countsTheAddressesOfAnIpv6NetworkTogether() {
        for (int i = 1; i <= 3; i++) {
            answer(tokens, AccessRequirement.NONE, badFrom("2001:db8::" + i));
        }

        assertThat(answer(tokens, AccessRequirement.NONE, badFrom("2001:db8::ffff"))
                        .status())
                .isEqualTo(429);
        assertThat(answer(tokens, AccessRequirement.NONE, badFrom("2001:db8:0:1::1"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void forbidsACallerWhoHasNoneOfTheRoles() {
        AccessRequirement requirement = AccessRequirement.of(List.of("admin", "researcher"), List.of());
        ProxyCall call = AuthCalls.bearing(forge.good());

        ProxyResponse answer = answer(tokens, requirement, call);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(AuthCalls.field(answer, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"inference-proxy\", error=\"insufficient_scope\"");
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("not-permitted");
        assertThat(call.trace().reason()).isEqualTo("has no role of [admin, researcher]");
        assertThat(failures.keys()).isEmpty();
        assertThat(admitted).isEmpty();
    }

    @Test
    void forbidsACallerWhoLacksOneOfTheScopesAndNamesThem() {
        AccessRequirement requirement = AccessRequirement.of(List.of(), List.of("read", "write"));
        ProxyCall call = bearing("\"scope\":\"read\"");

        ProxyResponse answer = answer(tokens, requirement, call);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(AuthCalls.field(answer, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"inference-proxy\", error=\"insufficient_scope\", scope=\"read write\"");
        assertThat(call.trace().reason()).isEqualTo("lacks a scope of [read, write]");
    }

    @Test
    void permitsACallerWithOneOfTheRolesAndAllOfTheScopes() {
        AccessRequirement requirement = AccessRequirement.of(List.of("admin", "researcher"), List.of("read", "write"));

        ProxyResponse answer =
                answer(tokens, requirement, bearing("\"roles\":[\"researcher\"],\"scope\":\"write  read\""));

        assertThat(answer.status()).isEqualTo(204);
    }

    @Test
    void asksForAllRolesAndAnyScopeWhereTheRouteSaysSo() {
        AccessRequirement requirement = AccessRequirement.of(List.of("a", "b"), List.of("read", "write"))
                .matching(Quorum.ALL, Quorum.ANY);

        assertThat(answer(tokens, requirement, bearing("\"roles\":[\"a\",\"b\"],\"scope\":\"write\""))
                        .status())
                .isEqualTo(204);
        assertThat(answer(tokens, requirement, bearing("\"roles\":[\"a\"],\"scope\":\"write\""))
                        .status())
                .isEqualTo(403);
        ProxyCall scopeless = bearing("\"roles\":[\"a\",\"b\"],\"scope\":\"other\"");
        assertThat(AuthCalls.field(answer(tokens, requirement, scopeless), "WWW-Authenticate"))
                .endsWith("error=\"insufficient_scope\", scope=\"read\"");
        assertThat(scopeless.trace().reason()).isEqualTo("has no scope of [read, write]");
    }

    @Test
    void asksForClaimsThatTheTokenMustHave() {
        AccessRequirement requirement =
                AccessRequirement.NONE.withClaims(Map.of("org.unit", List.of("lab", "ward"), "level", List.of("3")));
        Authenticator keeping = new JwtAuthenticator(
                new TokenVerifier(Forge.OPTIONS, Set.of("org.unit", "level"), SigningKeys.of(Forge.OPTIONS), clock),
                100,
                UserStore.NONE,
                SessionStore.NONE,
                new HeldWorkers(0),
                clock);

        assertThat(answer(keeping, requirement, bearing("\"org\":{\"unit\":[\"x\",\"lab\"]},\"level\":3"))
                        .status())
                .isEqualTo(204);
        assertThat(answer(keeping, requirement, bearing("\"org.unit\":\"ward\",\"level\":\"3\""))
                        .status())
                .isEqualTo(204);
        for (String claims : List.of(
                "\"level\":3",
                "\"org\":{\"unit\":\"LAB\"},\"level\":3",
                "\"org\":{\"unit\":{\"lab\":1}},\"level\":3",
                "\"org\":{\"unit\":null},\"level\":3",
                "\"org\":{\"unit\":\"lab\"},\"level\":30")) {
            ProxyCall call = bearing(claims);
            ProxyResponse answer = answer(keeping, requirement, call);
            assertThat(answer.status()).as(claims).isEqualTo(403);
            assertThat(AuthCalls.text(answer)).doesNotContain("lab", "org.unit");
        }
    }

    @Test
    void refusesAScopeThatCannotStandInAChallenge() {
        assertThatThrownBy(() -> AccessRequirement.of(List.of(), List.of("a\"b")))
                .hasMessage("scopes: \"a\"b\" (expected: printable ASCII without space, quote and backslash)");
    }

    @Test
    void letsNobodyInWhenTheAuthenticatorFails() {
        List<Authenticator> broken =
                List.of(call -> CompletableFuture.failedFuture(new IllegalStateException("boom")), call -> {
                    throw new IllegalStateException("boom");
                });
        for (Authenticator authenticator : broken) {
            ProxyResponse answer = answer(authenticator, AccessRequirement.NONE, AuthCalls.bearing(forge.good()));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(AuthCalls.text(answer)).doesNotContain("boom");
        }
        assertThat(admitted).isEmpty();
    }

    @Test
    void goesOnOnTheThreadOfTheCallWhereverTheAuthenticatorEnds() {
        List<Runnable> io = new ArrayList<>();
        Scheduler elsewhere = new Scheduler() {
            @Override
            public Scheduled schedule(Duration delay, Runnable task) {
                throw new UnsupportedOperationException("nothing here waits");
            }

            @Override
            public boolean isCurrentThread() {
                return false;
            }

            @Override
            public void execute(Runnable task) {
                io.add(task);
            }
        };
        ProxyCall call = AuthCalls.call(
                "GET", "/", "192.0.2.1", elsewhere, Body.empty(), "Authorization", "Bearer " + forge.good());

        CompletionStage<ProxyResponse> answer =
                guarded(tokens, failures, AccessRequirement.NONE).handle(call);
        boolean admittedBefore = !admitted.isEmpty();
        io.forEach(Runnable::run);

        assertThat(admittedBefore).isFalse();
        assertThat(AuthCalls.now(answer).status()).isEqualTo(204);
    }

    @Test
    void looksAtNoCredentialsOnOpenRoutes() {
        ProxyCall call = AuthCalls.bearing("bad").withCaller(caller());

        ProxyResponse answer = AuthCalls.now(
                AuthenticateFilter.anonymous().inFrontOf(this::admit).handle(call));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(admitted)
                .singleElement()
                .satisfies(passed -> assertThat(passed.caller()).isEqualTo(Caller.ANONYMOUS));
    }

    private static Caller caller() {
        return new Caller.Identified("x", false, "mallory", Set.of(), Set.of(), Instant.MAX);
    }

    private ProxyCall bearing(String members) {
        return AuthCalls.bearing(Forge.signed(Forge.HEADER, forge.claims().replace("}", "," + members + "}")));
    }

    private static ProxyCall badFrom(String peer) {
        return AuthCalls.call("GET", "/", peer, AuthCalls.INLINE, Body.empty(), "Authorization", "Bearer bad");
    }

    private ProxyResponse answer(Authenticator authenticator, AccessRequirement requirement, ProxyCall call) {
        return answer(authenticator, failures, requirement, call);
    }

    private ProxyResponse answer(
            Authenticator authenticator, FailureLimit limit, AccessRequirement requirement, ProxyCall call) {
        return AuthCalls.now(guarded(authenticator, limit, requirement).handle(call));
    }

    private ProxyHandler guarded(Authenticator authenticator, FailureLimit limit, AccessRequirement requirement) {
        return new RecoverFilter()
                .inFrontOf(new AuthenticateFilter(authenticator, limit, requirement).inFrontOf(this::admit));
    }

    private CompletionStage<ProxyResponse> admit(ProxyCall call) {
        admitted.add(call);
        return CompletableFuture.completedFuture(ProxyResponse.empty(204));
    }
}
