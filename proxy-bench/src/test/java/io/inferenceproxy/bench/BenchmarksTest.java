package io.inferenceproxy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.PipelineBenchmark;
import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.cost.CostBenchmark;
import io.inferenceproxy.internal.netty.HeadBenchmark;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.WindowStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each benchmark does the work that its name says: one that is refused at the door would be fast for nothing. */
class BenchmarksTest {

    @Test
    void each_stands_in_the_readme_with_the_command_that_measures_it() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<String> names = sources.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Benchmark.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();

            assertThat(names).contains("LimitBenchmark", "JournalBenchmark", "KeyBenchmark");
            assertThat(names)
                    .allSatisfy(name ->
                            assertThat(readme).contains("| `" + name + "` | `./proxy-bench/jmh " + name + "` | "));
        }
    }

    @Test
    void good_tokens_are_accepted_and_forged_ones_refused() {
        TokenBenchmark tokens = new TokenBenchmark();

        List<Authentication> good = List.of(
                tokens.seenBefore().toCompletableFuture().join(),
                tokens.firstSight().toCompletableFuture().join());
        List<Authentication> forged = List.of(
                tokens.forgedSeenBefore().toCompletableFuture().join(),
                tokens.forgedFirstSight().toCompletableFuture().join());

        assertThat(good).hasOnlyElementsOfType(Authentication.Accepted.class);
        assertThat(forged).hasOnlyElementsOfType(Authentication.Refused.class);
    }

    @Test
    void keys_are_accepted_beside_tokens_and_those_of_nobody_refused() {
        KeyBenchmark keys = new KeyBenchmark();

        List<Authentication> good = List.of(
                keys.tokenSeenBefore().toCompletableFuture().join(),
                keys.keySeenBefore().toCompletableFuture().join(),
                keys.keyFirstSight().toCompletableFuture().join());

        assertThat(good).hasOnlyElementsOfType(Authentication.Accepted.class);
        assertThat(keys.unknownKey().toCompletableFuture().join()).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void users_within_their_limits_are_admitted_and_others_refused() {
        LimitBenchmark limits = new LimitBenchmark();

        LimitDecision within = limits.amongAThousand(new LimitBenchmark.Thousand());
        LimitDecision onAGrid = limits.ofThreePolicies(new LimitBenchmark.ThreePolicies());
        LimitDecision over = limits.overTheLimit(new LimitBenchmark.UsedUp());

        assertThat(List.of(within, onAGrid)).hasOnlyElementsOfType(LimitDecision.Admitted.class);
        assertThat(over).isInstanceOf(LimitDecision.Refused.class);
    }

    @Test
    void users_of_exact_windows_are_admitted_however_long_it_goes_on_and_have_as_many_charges_as_are_told() {
        LimitBenchmark limits = new LimitBenchmark();
        LimitBenchmark.ThreeExactPolicies users = new LimitBenchmark.ThreeExactPolicies();

        for (int i = 0; i < 5_000; i++) {
            LimitDecision decision = limits.ofThreeExactPolicies(users);

            assertThat(decision).isInstanceOf(LimitDecision.Admitted.class);
            assertThat(decision.statuses())
                    .extracting(WindowStatus::remaining)
                    .containsExactly(42L, 9L, 42L, 9L, 42L, 9L);
        }
    }

    @Test
    void users_are_admitted_with_and_without_a_journal() throws Exception {
        for (boolean journal : new boolean[] {false, true}) {
            JournalBenchmark limits = new JournalBenchmark();
            limits.journal = journal;
            limits.open();

            assertThat(limits.decision()).isInstanceOf(LimitDecision.Admitted.class);

            limits.close();
        }
    }

    @Test
    void contents_have_the_sizes_that_are_told_and_pass_every_check() {
        JsonBenchmark json = new JsonBenchmark();

        assertThat(Contents.small()).hasSize(512);
        assertThat(Contents.large()).hasSize(32 << 10);
        assertThat(List.of(json.small(), json.smallWithSchema(), json.large(), json.largeWithSchema()))
                .allSatisfy(stage ->
                        assertThat(stage.toCompletableFuture().join().status()).isEqualTo(200));
    }

    @Test
    void the_cost_is_found_in_contents_of_the_sizes_that_are_told() {
        CostBenchmark costs = new CostBenchmark();

        assertThat(List.of(costs.text(), costs.numbers(), costs.tokens())).containsOnly(21L);
        assertThat(List.of(costs.inputs(), costs.ids()))
                .allSatisfy(items -> assertThat(items).isGreaterThan(500));
        assertThat(costs.eventSize()).isBetween(190, 210);
    }

    @Test
    void both_decoders_read_the_same_of_a_head() {
        HeadBenchmark heads = new HeadBenchmark();

        assertThat(heads.scanRequest().target())
                .isEqualTo(heads.decodeRequestByNetty().target());
        assertThat(heads.scanResponse().status())
                .isEqualTo(heads.decodeResponseByNetty().status())
                .isEqualTo(200);
    }

    @Test
    void heads_are_written_with_their_fields() {
        HeadBenchmark heads = new HeadBenchmark();

        assertThat(heads.writeUpstreamHead()).isGreaterThan(200);
        assertThat(heads.writeLimitFields()).isGreaterThan(150);
        assertThat(heads.writeAnswerHead()).isGreaterThan(heads.writeLimitFields());
    }

    @Test
    void a_call_passes_the_pipeline_with_policies_and_without() {
        PipelineBenchmark pipeline = new PipelineBenchmark();

        assertThat(pipeline.allPolicies().headers().contains("RateLimit")).isTrue();
        assertThat(pipeline.bare().headers().contains("RateLimit")).isFalse();
    }
}
