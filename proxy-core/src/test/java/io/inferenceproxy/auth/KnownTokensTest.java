package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.KnownTokens.Field;
import io.inferenceproxy.auth.KnownTokens.Good;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.http.FieldValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownTokensTest {

    private static final Caller.Identified ALICE =
            new Caller.Identified("inference-proxy", false, "alice", Set.of(), Set.of(), Instant.MAX);
    private static final TokenMark MARK = new TokenMark("1", "", "", "alice", Instant.EPOCH, Instant.MAX);
    private static final Authentication.Refused REFUSED = new Authentication.Refused("signature: not signed");
    private static final long SECONDS = 1_000_000_000L;

    private final KnownTokens known = new KnownTokens(10);

    private static String ending(int number) {
        return "Bearer a.b." + "s".repeat(40) + number;
    }

    private static Field field(String text) {
        return Field.of(FieldValue.of(text));
    }

    private long remembered(IntFunction<String> text) {
        IntStream.range(0, 1_000).forEach(i -> known.put(field(text.apply(i)), Good.of(ALICE, MARK, new KeyLife())));
        return IntStream.range(0, 1_000)
                .filter(i -> known.good(field(text.apply(i))) != null)
                .count();
    }

    @Test
    void aGoodTokenIsFoundByAnEqualField() {
        Good good = Good.of(ALICE, MARK, new KeyLife());
        known.put(field(ending(1)), good);

        assertThat(known.good(field(ending(1)))).isSameAs(good);
        assertThat(known.good(field(ending(2)))).isNull();
        assertThat(known.good(field(ending(1).replace("a.b", "a.c"))))
                .as("the same signature under another content")
                .isNull();
    }

    @Test
    void noMoreAreRememberedThanMayBe() {
        assertThat(remembered(KnownTokensTest::ending)).isBetween(1L, 10L);
    }

    @Test
    void longOnesCountForAsManyAsTheyAreLong() {
        assertThat(remembered(i -> "Bearer " + "x".repeat(5_000) + ending(i))).isBetween(1L, 2L);
    }

    @Test
    void withoutRoomNothingIsRemembered() {
        KnownTokens none = new KnownTokens(0);
        none.put(field(ending(1)), Good.of(ALICE, MARK, new KeyLife()));
        none.put(field(ending(2)), REFUSED, 0);

        assertThat(none.good(field(ending(1)))).isNull();
        assertThat(none.refusal(field(ending(2)), 0)).isNull();
    }

    @Test
    void aRefusalIsRememberedForTenSeconds() {
        known.put(field(ending(1)), REFUSED, -5 * SECONDS);

        assertThat(known.refusal(field(ending(1)), 5 * SECONDS - 1))
                .satisfies(answer -> assertThat(answer).isCompletedWithValue(REFUSED));
        assertThat(known.refusal(field(ending(1)), 5 * SECONDS)).isNull();
        assertThat(known.refusal(field(ending(2)), 0)).isNull();
    }

    @Test
    void aFloodOfRefusalsKeepsItsBoundAndTheGoodOnesStay() {
        Good good = Good.of(ALICE, MARK, new KeyLife());
        known.put(field(ending(0)), good);
        IntStream.range(1, 10_000).forEach(i -> known.put(field(ending(i)), REFUSED, 0));

        long kept = IntStream.range(1, 10_000)
                .filter(i -> known.refusal(field(ending(i)), 0) != null)
                .count();

        assertThat(kept).isBetween(1L, 256L);
        assertThat(known.good(field(ending(0)))).isSameAs(good);
    }

    @Test
    void whatIsRememberedDoesNotChangeWithTheBlockThatItCameIn() {
        byte[] block = ("Authorization: " + ending(1)).getBytes(StandardCharsets.ISO_8859_1);
        Field inBlock = Field.of(new FieldValue(block, 15, block.length));
        Good good = Good.of(ALICE, MARK, new KeyLife());
        known.put(inBlock, good);
        known.put(inBlock, REFUSED, 0);

        assertThat(known.good(inBlock)).isSameAs(good);

        Arrays.fill(block, (byte) 'x');

        assertThat(known.good(field(ending(1)))).isSameAs(good);
        assertThat(known.refusal(field(ending(1)), 0)).isNotNull();
        assertThat(known.good(Field.of(new FieldValue(block, 15, block.length))))
                .isNull();
    }

    @Test
    void aLongRefusedFieldIsNotKept() {
        Field field = field("Bearer " + "x".repeat(3_000));
        known.put(field, REFUSED, 0);

        assertThat(known.refusal(field, 0)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "Bearer \u0141", "Bearer \uD83D\uDE00", "Bearer"})
    void anyTextIsAField(String text) {
        assertThat(field(text)).isEqualTo(field(text)).hasSameHashCodeAs(field(text));
        assertThat(field(text)).isNotEqualTo(field(text + "A"));
        assertThat(field("Bearer \u0141")).isNotEqualTo(field("Bearer A"));
    }

    /** Ends that follow each other are spread well by most seeds, those of signatures by all. */
    @Test
    void fieldsAreSpreadByTheirEnds() {
        SplittableRandom random = new SplittableRandom(7);
        long places = IntStream.range(0, 4_096)
                .map(i -> field("Bearer a.b." + signature(random)).hashCode() & 4_095)
                .distinct()
                .count();

        assertThat(places).as("of 4,096; by chance it is about 2,590").isGreaterThan(2_300);
    }

    private static String signature(SplittableRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void theSkewIsGrantedToWhatExpiresAndWhatNeverDoesIsGoodForever() {
        Instant expiry = Instant.parse("2026-06-01T12:00:00Z");
        Caller.Identified bob = new Caller.Identified("inference-proxy", false, "bob", Set.of(), Set.of(), expiry);

        assertThat(Good.of(bob, MARK, new KeyLife()).expiresMillis())
                .isEqualTo(expiry.plus(Duration.ofSeconds(30)).toEpochMilli());
        assertThat(Good.of(ALICE, MARK, new KeyLife()).expiresMillis()).isEqualTo(Long.MAX_VALUE);
    }
}
