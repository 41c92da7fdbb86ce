package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOptionsTest {

    private static final RedisOptions DEFAULT = RedisOptions.DEFAULT;

    @Test
    void thereIsNoneByDefault() {
        assertThat(DEFAULT)
                .isEqualTo(new RedisOptions(
                        "",
                        "",
                        Secret.none(),
                        Optional.empty(),
                        OnFailure.SHARE,
                        Duration.ofMillis(50),
                        "inference-proxy",
                        Duration.ofSeconds(10),
                        0,
                        Duration.ofSeconds(1)));
        assertThat(DEFAULT.isOn()).isFalse();
    }

    @Test
    void changesOneThingAtATime() {
        assertThat(DEFAULT.withUrl("rediss://redis:6380")
                        .withUsername("proxy")
                        .withPassword(Secret.of("secret"))
                        .withCa(Path.of("ca.pem"))
                        .withOnFailure(OnFailure.CLOSED)
                        .withTimeout(Duration.ofMillis(20))
                        .withPrefix("ours")
                        .withLease(Duration.ofSeconds(3))
                        .withSlice(20)
                        .withSliceFor(Duration.ofMillis(500)))
                .isEqualTo(new RedisOptions(
                        "rediss://redis:6380",
                        "proxy",
                        Secret.of("secret"),
                        Optional.of(Path.of("ca.pem")),
                        OnFailure.CLOSED,
                        Duration.ofMillis(20),
                        "ours",
                        Duration.ofSeconds(3),
                        20,
                        Duration.ofMillis(500)));
    }

    @Test
    void nothingShowsWhoSignsIn() {
        RedisOptions options =
                DEFAULT.withUrl("redis://proxy:pass-word@redis:6379").withPassword(Secret.of("pass-word"));

        assertThat(options.shownUrl()).isEqualTo("redis://redis:6379");
        assertThat(options.toString()).contains("redis://redis:6379").doesNotContain("pass-word");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> DEFAULT.withUrl("http://pass-word@redis"))
                .hasMessageStartingWith("url: ")
                .hasMessageNotContaining("pass-word");
        assertThatThrownBy(() -> DEFAULT.withUrl("redis://redis").withCa(Path.of("ca.pem")))
                .hasMessage("ca: not used (expected: url: rediss://…)");
        assertThatThrownBy(() -> DEFAULT.withTimeout(Duration.ZERO)).hasMessage("timeout: 0 (expected: 1 to 10000)");
        assertThatThrownBy(() -> DEFAULT.withLease(Duration.ZERO)).hasMessage("lease: 0 (expected: 1 to 3600)");
        assertThatThrownBy(() -> DEFAULT.withSlice(-1)).hasMessage("slice: -1 (expected: 0 to 10000)");
        assertThatThrownBy(() -> DEFAULT.withSliceFor(Duration.ofHours(1)))
                .hasMessage("slice-for: 3600000 (expected: 10 to 60000)");
        assertThatThrownBy(() -> DEFAULT.withPrefix("a b")).hasMessageStartingWith("prefix: a b (");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://u:a/pass-word@redis",
                "redis://u:a?pass-word@redis",
                "redis://u:a#pass-word@redis",
                "redis://u:pass-word@no host",
                "redis://"
            })
    void aPasswordThatWouldBeTakenForSomethingElseIsRefusedAndNotShown(String url) {
        assertThatThrownBy(() -> DEFAULT.withUrl(url))
                .hasMessage(
                        "url: cannot be read (expected: what is special in a user or password percent-encoded, / as %2F)")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://u:a%2Fpass-word@redis:6379/2",
                "rediss://pass-word@redis",
                "redis-sentinel://u:pass-word@a:26379,b:26379?sentinelMasterId=main",
                "redis-cluster://:pass-word@a,b:7000",
                "redis://[::1]:6379"
            })
    void whatCanBeReadIsShownWithoutIt(String url) {
        assertThat(DEFAULT.withUrl(url).shownUrl()).doesNotContain("pass-word", "@");
    }
}
