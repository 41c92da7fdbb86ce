package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.StepScheduler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Policies that are changed while calls go on: what was charged counts on, in whatever is under way.
 *
 * <p>It is over 300 lines because each thing that may be under way has its test, for each manner of counting.
 */
class LimitChangeTest {

    private static final LimitPolicyOptions TOKENS = LimitPolicyOptions.DEFAULT
            .withCost(LimitCost.parse("usage"))
            .withEstimate(100)
            .withLimits("1000 tokens per hour");

    private final StepScheduler io = new StepScheduler();

    private static LimitPolicyOptions windows(String windows) {
        return LimitPolicyOptions.DEFAULT.withLimits(windows);
    }

    private static LimitPolicyOptions atOnce(int calls, Duration wait) {
        return LimitPolicyOptions.DEFAULT
                .withAtOnce(calls)
                .withWindows(List.of())
                .withWait(wait);
    }

    private LimitPolicies policies(LimitPolicyOptions options) {
        return LimitPolicies.of(Map.of("p", options), io, LimitObserver.NONE);
    }

    private static LimitPolicies changed(LimitPolicies before, LimitPolicyOptions options) {
        return before.changedTo(Map.of("p", options), LimitObserver.NONE);
    }

    private ProxyCall alice() {
        return ContentCall.by("i", "alice").call(io);
    }

    private LimitDecision call(LimitPolicies policies) {
        return policies.limiter().tryAcquire(alice());
    }

    private int admitted(LimitPolicies policies, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += call(policies) instanceof LimitDecision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    private List<Long> remaining(LimitPolicies policies) {
        return policies.limiter().peek(alice()).stream()
                .map(WindowStatus::remaining)
                .toList();
    }

    private static CounterTable table(LimitPolicies policies) {
        return policies.policies().values().iterator().next().get(0).table();
    }

    private static LimitPolicies now(AtomicReference<LimitPolicies> current) {
        return Objects.requireNonNull(current.get());
    }

    private static Charge charge(LimitDecision decision) {
        assertThat(decision).isInstanceOf(LimitDecision.Admitted.class);
        return ((LimitDecision.Admitted) decision).charge();
    }

    private static Charge admitted(CompletableFuture<LimitDecision> waiting) {
        assertThat(waiting).isDone();
        return charge(waiting.join());
    }

    private static CompletableFuture<LimitDecision> pending(LimitDecision decision) {
        assertThat(decision).isInstanceOf(LimitDecision.Pending.class);
        return ((LimitDecision.Pending) decision).decided().toCompletableFuture();
    }

    @ParameterizedTest
    @CsvSource({
        "9 per hour, 20 per hour, 15",
        "9 per hour, 3 per hour, 0",
        "9 per hour, 5000 per hour, 4995",
        "5000 per hour, 9 per hour, 4"
    })
    void anotherQuotaKeepsTheCount(String before, String after, long left) {
        LimitPolicies policies = policies(windows(before));
        admitted(policies, 5);

        LimitPolicies changed = changed(policies, windows(after));

        assertThat(remaining(changed)).containsExactly(left);
        assertThat(admitted(changed, 10_000)).isEqualTo((int) left);
    }

    @Test
    void whatWasChargedComesBackWhenItWouldHaveWithoutTheChange() {
        LimitPolicies policies = policies(windows("5 per hour"));
        admitted(policies, 2);
        io.advance(Duration.ofMinutes(20));
        admitted(policies, 3);
        io.advance(Duration.ofMinutes(39));

        LimitPolicies changed = changed(policies, windows("6 per hour"));

        assertThat(remaining(changed)).containsExactly(1L);
        io.advance(Duration.ofMinutes(1));
        assertThat(remaining(changed)).containsExactly(3L);
    }

    @Test
    void otherWindowsCountWhatWasChargedInThem() {
        LimitPolicies policies = policies(windows("9 per hour"));
        admitted(policies, 4);
        io.advance(Duration.ofMinutes(2));
        admitted(policies, 1);

        assertThat(remaining(changed(policies, windows("9 per minute; 50 per day"))))
                .containsExactly(8L, 45L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FIXED", "ROLLING"})
    void anotherKindCountsWhatWasChargedInItsOwnManner(WindowKind kind) {
        LimitPolicies policies = policies(windows("60 per hour").withKind(kind));
        io.advance(Duration.ofDays(20_000));
        admitted(policies, 30);

        for (WindowKind next : WindowKind.values()) {
            LimitPolicies again = policies(windows("60 per hour").withKind(kind));
            admitted(again, 30);
            assertThat(remaining(changed(again, windows("60 per hour").withKind(next))))
                    .as("%s to %s", kind, next)
                    .containsExactly(30L);
        }
    }

    @Test
    void aRenamedPolicyBeginsAnewAndIsTold() {
        LimitPolicies policies = policies(windows("9 per hour"));
        admitted(policies, 5);

        LimitPolicies renamed = policies.changedTo(Map.of("q", windows("9 per hour")), LimitObserver.NONE);

        assertThat(remaining(renamed)).containsExactly(9L);
        assertThat(policies.forgottenBy(renamed)).containsExactly("p");
        assertThat(policies.forgottenBy(changed(policies, windows("7 per hour"))))
                .isEmpty();
    }

    @Test
    void anotherCostBeginsAnewSinceItCountsSomethingElse() {
        LimitPolicies policies = policies(TOKENS);
        admitted(policies, 5);

        LimitPolicies changed = changed(policies, windows("50 per hour"));

        assertThat(remaining(changed)).containsExactly(50L);
        assertThat(policies.forgottenBy(changed)).containsExactly("p");
    }

    @Test
    void smoothWindowsGoOnAsSmoothOnesAndAreForgottenByOthers() {
        LimitPolicies policies = policies(windows("60 per hour").withKind(WindowKind.SMOOTH));
        admitted(policies, 30);

        LimitPolicies lower =
                changed(policies, windows("60 per hour; 600 per day").withKind(WindowKind.SMOOTH));
        assertThat(remaining(lower)).containsExactly(30L, 600L);

        LimitPolicies rolling = changed(lower, windows("60 per hour"));

        assertThat(remaining(rolling)).containsExactly(60L);
        assertThat(lower.forgottenBy(rolling)).containsExactly("p");
    }

    @Test
    void callsThatBeganBeforeAreDecidedByWhatHoldsNow() {
        LimitPolicies policies = policies(windows("3 per hour"));
        RateLimiter before = policies.limiter();
        LimitPolicies changed = changed(policies, windows("5 per hour"));
        admitted(changed, 2);

        int admitted = 0;
        for (int i = 0; i < 9; i++) {
            admitted += before.tryAcquire(alice()) instanceof LimitDecision.Admitted ? 1 : 0;
        }

        assertThat(admitted).isEqualTo(3);
        assertThat(before.peek(alice()))
                .extracting(status -> status.window().quota())
                .containsExactly(5L);
        assertThat(remaining(changed)).containsExactly(0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8 per hour", "8 per hour; 20 per day", "2000 per hour"})
    void whatWasChargedBeforeIsGivenBackAfter(String after) {
        LimitPolicies policies = policies(windows("5 per hour"));
        Charge charge = charge(call(policies));
        LimitPolicies changed = changed(changed(policies, windows("5 per hour")), windows(after));
        List<Long> before = remaining(changed);

        charge.giveBack();
        charge.giveBack();

        assertThat(remaining(changed))
                .isEqualTo(before.stream().map(left -> left + 1).toList());
    }

    @ParameterizedTest
    @CsvSource({"1000 tokens per hour", "1000 tokens per hour; 1000 tokens per day"})
    void whatWasReservedBeforeIsSettledAfter(String after) {
        LimitPolicies policies = policies(TOKENS);
        Charge cheap = charge(call(policies));
        Charge dear = charge(call(policies));
        LimitPolicies changed = changed(policies, TOKENS.withLimits(after));

        cheap.settle(TOKENS.cost(), 30);
        assertThat(remaining(changed)).allMatch(left -> left == 1_000 - 130);
        dear.settle(TOKENS.cost(), 250);

        assertThat(remaining(changed)).allMatch(left -> left == 1_000 - 280);
    }

    @Test
    void callsUnderWayCountOn() {
        LimitPolicies policies = policies(atOnce(2, Duration.ZERO));
        Charge first = charge(call(policies));
        charge(call(policies));
        LimitPolicies changed = changed(policies, atOnce(3, Duration.ZERO));

        charge(call(changed));
        assertThat(call(changed)).isInstanceOf(LimitDecision.Refused.class);
        first.end();

        assertThat(admitted(changed, 3)).isEqualTo(1);
    }

    @Test
    void whoWaitsKeepsTheTurn() {
        LimitPolicies policies = policies(atOnce(1, Duration.ofSeconds(5)));
        Charge before = charge(call(policies));
        CompletableFuture<LimitDecision> first = pending(call(policies));
        LimitPolicies changed = changed(policies, atOnce(1, Duration.ofSeconds(9)));
        CompletableFuture<LimitDecision> second = pending(call(changed));

        before.end();
        assertThat(first).isDone();
        assertThat(second).isNotDone();
        admitted(first).end();

        admitted(second);
    }

    @Test
    void whoWaitsIsLetInByCallsOfAfterThoughNobodyWaitsAnyMore() {
        LimitPolicies policies = policies(atOnce(1, Duration.ofSeconds(5)));
        Charge before = charge(call(policies));
        CompletableFuture<LimitDecision> waiting = pending(call(policies));
        LimitPolicies changed = changed(policies, atOnce(2, Duration.ZERO));
        Charge after = charge(call(changed));

        assertThat(call(changed)).isInstanceOf(LimitDecision.Refused.class);
        after.end();

        admitted(waiting);
        before.end();
    }

    @Test
    void whoIsWokenByCallsOfBeforeMayHaveComeAfter() {
        LimitPolicies policies = policies(atOnce(1, Duration.ZERO));
        Charge before = charge(call(policies));
        LimitPolicies changed = changed(policies, atOnce(1, Duration.ofSeconds(5)));
        CompletableFuture<LimitDecision> waiting = pending(call(changed));

        before.end();

        admitted(waiting);
    }

    @Test
    void thoseWhoFoundNoRoomGoOnSharingOne() {
        LimitPolicies policies = policies(windows("3 per hour").withMaxKeys(1));
        policies.limiter().tryAcquire(ContentCall.by("i", "bob").call(io));
        admitted(policies, 2);

        LimitPolicies changed =
                changed(policies, windows("5 per hour; 9 per day").withMaxKeys(1));

        assertThat(remaining(changed)).containsExactly(3L, 7L);
    }

    @Test
    void allIsTakenOverAtTheEndOfAChange() {
        LimitPolicies policies = policies(windows("9 per hour"));
        for (int i = 0; i < 2_000; i++) {
            policies.limiter().tryAcquire(ContentCall.by("i", "user-" + i).call(io));
        }
        LimitPolicies changed = changed(policies, windows("9 per hour; 20 per day"));
        changed.arrive();

        assertThat(table(changed).size()).isEqualTo(2_000);
        assertThat(table(policies).rows()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "3, 1", "2, 2"})
    void whoWaitsGoesOnWaitingUnderAnotherQuota(int before, int after) {
        LimitPolicies policies = policies(atOnce(before, Duration.ofSeconds(30)));
        Deque<Charge> underWay = new ArrayDeque<>();
        for (int i = 0; i < before; i++) {
            underWay.add(charge(call(policies)));
        }
        List<CompletableFuture<LimitDecision>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(pending(call(policies)));
        }

        LimitPolicies changed = changed(policies, atOnce(after, Duration.ofSeconds(30)));
        changed.arrive();
        for (int i = 0; i < 5; ) {
            if (underWay.size() < after) {
                underWay.add(admitted(waiting.get(i)));
                i++;
            } else {
                assertThat(waiting.get(i)).as("waiter %d", i).isNotDone();
                underWay.remove().end();
            }
        }

        assertThat(waiting).allMatch(CompletableFuture::isDone);
    }

    @Test
    void whoWaitsIsLetInByMorePlacesThoughNoCallEnds() {
        LimitPolicies policies = policies(atOnce(1, Duration.ofSeconds(30)));
        charge(call(policies));
        CompletableFuture<LimitDecision> first = pending(call(policies));
        CompletableFuture<LimitDecision> second = pending(call(policies));

        changed(policies, atOnce(3, Duration.ofSeconds(30))).arrive();

        assertThat(first).isCompletedWithValueMatching(LimitDecision.Admitted.class::isInstance);
        assertThat(second).isCompletedWithValueMatching(LimitDecision.Admitted.class::isInstance);
    }

    @Test
    void callsUnderWayCountOnThoughTheKindOfWindowsIsAnother() {
        LimitPolicyOptions smooth =
                windows("60 per hour").withKind(WindowKind.SMOOTH).withAtOnce(1);
        LimitPolicies policies = policies(smooth);
        Charge first = charge(call(policies));
        LimitPolicies changed = changed(policies, smooth.withKind(WindowKind.ROLLING));

        assertThat(call(changed)).isInstanceOf(LimitDecision.Refused.class);
        first.end();

        assertThat(call(changed)).isInstanceOf(LimitDecision.Admitted.class);
    }

    @Test
    void anotherKeyBeginsAnewAndIsTold() {
        LimitPolicies policies = policies(windows("9 per hour"));
        admitted(policies, 5);

        LimitPolicies changed = changed(policies, windows("9 per hour").withKey(LimitKey.GLOBAL));

        assertThat(remaining(changed)).containsExactly(9L);
        assertThat(policies.forgottenBy(changed)).containsExactly("p");
    }

    @Test
    void aCallIsToldOfItsEndWhereOnlyThePoliciesOfNowMindIt() {
        LimitPolicies policies = policies(windows("50 per hour"));
        LimitFilter before = new LimitFilter(policies.limiter());
        LimitPolicies changed = changed(policies, windows("50 per hour").withAtOnce(1));
        changed.arrive();
        ProxyCall call = alice();

        before.filter(call, same -> CompletableFuture.completedFuture(ProxyResponse.empty(200)));
        assertThat(call(changed)).isInstanceOf(LimitDecision.Refused.class);
        call.end(CallEnd.COMPLETED);

        assertThat(call(changed)).isInstanceOf(LimitDecision.Admitted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLING, 100000 tokens per day, ROLLING, 200000 tokens per hour",
        "ROLLING, 100000 tokens per hour, ROLLING, 500 tokens per hour",
        "FIXED, 100000 tokens per day, ROLLING, 100000 tokens per day",
        "ROLLING, 100000 tokens per day, FIXED, 100000 tokens per day",
        "FIXED, 100000 tokens per day, FIXED, 100000 tokens per hour"
    })
    void whatIsCountedInAnotherMannerIsSettledAndGivenBack(
            WindowKind kindBefore, String before, WindowKind kindAfter, String after) {
        io.advance(Duration.ofDays(20_000).plusNanos(123_456_789_123L));
        LimitPolicies policies = policies(TOKENS.withLimits(before).withKind(kindBefore));
        Charge settled = charge(call(policies));
        io.advance(Duration.ofNanos(1_234_567_891L));
        Charge givenBack = charge(call(policies));
        io.advance(Duration.ofNanos(3_234_567_891L));
        LimitPolicies changed = changed(policies, TOKENS.withLimits(after).withKind(kindAfter));
        changed.arrive();
        long whole = remaining(changed).get(0) + 200;

        givenBack.giveBack();
        assertThat(remaining(changed)).containsExactly(whole - 100);
        settled.settle(TOKENS.cost(), 30);

        assertThat(remaining(changed)).containsExactly(whole - 30);
    }

    @Test
    void plansInAnotherOrderAreOthers() {
        Map<String, LimitPlan> plans = new LinkedHashMap<>();
        plans.put("pro", LimitPlan.parse("20 per hour"));
        plans.put("staff", LimitPlan.UNLIMITED);
        Map<String, LimitPlan> turned = new LinkedHashMap<>();
        turned.put("staff", LimitPlan.UNLIMITED);
        turned.put("pro", LimitPlan.parse("20 per hour"));
        LimitPolicies policies = policies(windows("5 per hour").withPlans(plans));
        ProxyCall both = alice().withCaller(
                        new Caller.Identified("i", false, "alice", Set.of("pro", "staff"), Set.of(), Instant.MAX));
        assertThat(policies.limiter().peek(both)).isNotEmpty();

        LimitPolicies changed = changed(policies, windows("5 per hour").withPlans(turned));

        assertThat(changed.limiter().peek(both)).isEmpty();
    }

    /** Threads call and give back while the policies are changed again and again, from one manner of counting to another. */
    @Test
    void neverMoreThanTheQuotaIsAdmittedWhilePoliciesChange() throws Exception {
        List<LimitPolicyOptions> manners = List.of(
                windows("50 per hour"), windows("50 per hour; 5000 per day"), windows("50 per hour; 200 per week"));
        for (int round = 0; round < 20; round++) {
            AtomicReference<LimitPolicies> current = new AtomicReference<>(policies(manners.get(0)));
            AtomicBoolean enough = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(threads.submit(() -> {
                    int kept = 0;
                    for (int call = 0; call < 400 || !enough.get(); call++) {
                        if (call(now(current)) instanceof LimitDecision.Admitted admitted) {
                            if (call % 3 == 0) {
                                admitted.charge().giveBack();
                            } else {
                                kept++;
                            }
                        }
                    }
                    return kept;
                }));
            }
            for (int change = 1; change < 60; change++) {
                LimitPolicies next = changed(now(current), manners.get(change % manners.size()));
                current.set(next);
                next.arrive();
            }
            enough.set(true);
            int kept = 0;
            for (Future<Integer> caller : callers) {
                kept += caller.get();
            }
            threads.shutdown();

            assertThat(kept + remaining(now(current)).get(0))
                    .as("kept and left")
                    .isEqualTo(50);
        }
    }

    @Test
    void theJournalRemembersWhatWasChargedBeforeAndAfter(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("limits.journal");
        LimitJournal journal = journal(file);
        LimitPolicies policies = LimitPolicies.of(Map.of("p", windows("50 per hour")), LimitObserver.NONE, journal);
        Charge charge = charge(call(policies));
        admitted(policies, 2);
        journal.write();
        for (int change = 0; change < 5; change++) {
            admitted(policies, 1);
            policies = policies.changedTo(
                    Map.of(
                            "p",
                            windows("50 per hour; 9" + change + " per day"),
                            "other" + change,
                            windows("7 per hour")),
                    LimitObserver.NONE);
            admitted(policies, 1);
            Files.copy(file, directory.resolve("unwritten-" + change));
            journal.write();
            policies.arrive();
        }
        charge.giveBack();
        journal.write();
        Path killed = directory.resolve("killed");
        Files.copy(file, killed);
        journal.close();

        for (Path each : List.of(killed, file)) {
            LimitJournal again = journal(each);
            LimitPolicies after = LimitPolicies.of(
                    Map.of("p", windows("50 per hour"), "other4", windows("7 per hour")), LimitObserver.NONE, again);
            assertThat(after.limiter().peek(alice()))
                    .filteredOn(status -> status.window().name().startsWith("p-"))
                    .extracting(WindowStatus::remaining)
                    .containsExactly(50L - 12);
            assertThat(after.limiter().peek(alice()))
                    .filteredOn(status -> status.window().name().startsWith("other4"))
                    .extracting(WindowStatus::remaining)
                    .containsExactly(6L);
            again.close();
        }
    }

    @Test
    void theJournalNamesThePoliciesOfNowAsSoonAsItCan(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("limits.journal");
        LimitJournal journal = journal(file);
        LimitPolicies policies = LimitPolicies.of(Map.of("p", windows("50 per hour")), LimitObserver.NONE, journal);
        admitted(policies, 2);
        journal.write();
        Files.createDirectories(directory.resolve("limits.journal.new/in the way of checkpoints"));

        Thread.currentThread().interrupt(); // so that nothing can be written
        LimitPolicies changed = changed(policies, windows("60 per hour"));
        assertThat(Thread.interrupted()).isTrue();
        admitted(changed, 3);
        journal.write();
        Path killed = directory.resolve("killed");
        Files.copy(file, killed);
        journal.close();

        LimitJournal again = journal(killed);
        assertThat(remaining(LimitPolicies.of(Map.of("p", windows("50 per hour")), LimitObserver.NONE, again)))
                .containsExactly(45L);
        again.close();
    }

    private LimitJournal journal(Path file) {
        return LimitJournal.open(JournalOptions.DEFAULT.withFile(file).withFsync(JournalFsync.NEVER), io)
                .orElseThrow();
    }
}
