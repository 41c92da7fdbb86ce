package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.internal.http1.ResponseHeads;
import io.inferenceproxy.internal.netty.KnownDifference.Bounds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scanner against Netty's decoders, on messages that chance made up and then damaged: what the scanner takes, Netty
 * takes, and to both it means the same. What is known to differ stands in {@link KnownDifference}; anything else fails, with
 * the bytes and what makes them again.
 *
 * <p>{@code -Dfuzz.heads} says how many heads to try, {@code -Dfuzz.seed} where chance begins.
 */
class HeadFuzzTest {

    private static final int HEADS = Integer.getInteger("fuzz.heads", 150_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_123L);

    /** The two kinds of message. */
    private enum Kind {
        REQUEST,
        ANSWER,
        ANSWER_TO_HEAD;

        List<ToldMessage> byScanner(byte[] bytes, SplittableRandom cuts) {
            if (this == REQUEST) {
                return Transcript.of(ScanningDecoder.ofRequests(Bounds.LONGEST_HEAD), bytes, cuts);
            }
            ResponseHeads heads = new ResponseHeads();
            heads.expectAnswerToHead(this == ANSWER_TO_HEAD);
            return Transcript.of(ScanningDecoder.ofResponses(heads), bytes, cuts);
        }

        List<ToldMessage> byNetty(byte[] bytes, SplittableRandom cuts) {
            return this == REQUEST
                    ? Transcript.of(NettyDecoder.ofRequests(Bounds.LONGEST_HEAD), bytes, cuts)
                    : Transcript.of(NettyDecoder.ofResponses(() -> this == ANSWER_TO_HEAD), bytes, cuts);
        }

        byte[] valid(MessageGenerator generator) {
            return this == REQUEST ? generator.validRequest() : generator.validResponse();
        }

        byte[] odd(MessageGenerator generator) {
            return this == REQUEST ? generator.oddRequest() : generator.oddResponse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheScannerTakesMeansTheSameToNetty(Kind kind) {
        int heads = kind == Kind.REQUEST ? HEADS / 2 : HEADS / 4;
        for (long number = 0; heads > 0; number++) {
            SplittableRandom random = new SplittableRandom(SEED + (number << 8) + kind.ordinal());
            int many = 1 + random.nextInt(4);
            heads -= many;
            byte[] bytes = damaged(kind, many, random);
            try {
                compare(kind, bytes, random);
            } catch (RuntimeException | AssertionError different) {
                throw new AssertionError(
                        "-Dfuzz.seed=" + SEED + ", " + kind + " number " + number + ": " + different.getMessage() + "\n"
                                + readable(bytes),
                        different);
            }
        }
    }

    private static byte[] damaged(Kind kind, int many, SplittableRandom random) {
        MessageGenerator generator = new MessageGenerator(random);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < many; i++) {
            bytes.writeBytes(random.nextInt(3) == 0 ? kind.odd(generator) : kind.valid(generator));
        }
        return Mutation.some(bytes.toByteArray(), random.nextInt(4), random);
    }

    private static void compare(Kind kind, byte[] bytes, SplittableRandom random) {
        List<ToldMessage> ours = kind.byScanner(bytes, random);
        List<ToldMessage> theirs = kind.byNetty(bytes, random);
        for (int i = 0; i < ours.size(); i++) {
            ToldMessage our = ours.get(i);
            ToldMessage their = i < theirs.size() ? theirs.get(i) : null;
            boolean taken = their != null && their.isAccepted();
            if (our.isAccepted() != taken) {
                requireKnown(kind, bytes, our, their, random);
                return;
            }
            if (their == null || !taken) {
                return; // both refuse it
            }
            requireSame(our, their);
            if (our.isSwitch()) {
                return; // what follows is of another protocol, and nobody reads on
            }
        }
        if (theirs.size() > ours.size() && theirs.get(ours.size()).isAccepted()) {
            throw new AssertionError("only Netty has " + theirs.get(ours.size()));
        }
    }

    private static void requireSame(ToldMessage our, ToldMessage their) {
        if (our.ending() != their.ending()
                || !our.meaning().equals(their.meaning())
                || !Arrays.equals(our.body(), their.body())) {
            throw new AssertionError(our + "\nis to Netty " + their);
        }
    }

    private static void requireKnown(
            Kind kind, byte[] bytes, ToldMessage our, @Nullable ToldMessage their, SplittableRandom random) {
        Anatomy message = Anatomy.of(bytes, our.startsAt());
        boolean known = Stream.of(KnownDifference.values())
                .anyMatch(each -> each.isLaxer() == our.isAccepted() && each.explains(message));
        if (!known && !isRefusedOnceTheLineEnds(kind, bytes, our, random)) {
            throw new AssertionError(our + "\nis to Netty " + their);
        }
    }

    /** The scanner does not wait for the end of a line that is wrong already; Netty does. */
    private static boolean isRefusedOnceTheLineEnds(Kind kind, byte[] bytes, ToldMessage our, SplittableRandom random) {
        byte[] ended = Arrays.copyOf(bytes, bytes.length + 4);
        System.arraycopy(new byte[] {'\r', '\n', '\r', '\n'}, 0, ended, bytes.length, 4);
        List<ToldMessage> theirs = kind.byNetty(ended, random);
        return !our.isAccepted() && !theirs.get(theirs.size() - 1).isAccepted();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKnownToDifferDoes(KnownDifference difference) {
        byte[] bytes = difference.example().getBytes(StandardCharsets.ISO_8859_1);
        Kind kind = difference.example().startsWith("HTTP/") ? Kind.ANSWER : Kind.REQUEST;

        ToldMessage ours = kind.byScanner(bytes, new SplittableRandom(1)).get(0);
        ToldMessage theirs = kind.byNetty(bytes, new SplittableRandom(2)).get(0);

        assertThat(ours.isAccepted()).isEqualTo(difference.isLaxer());
        assertThat(theirs.isAccepted()).isNotEqualTo(ours.isAccepted());
        assertThat(difference.explains(Anatomy.of(bytes, 0))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsValidIsTaken(Kind kind) {
        for (int number = 0; number < HEADS / 100; number++) {
            SplittableRandom random = new SplittableRandom(SEED + ((long) number << 8) + kind.ordinal());
            byte[] bytes = kind.valid(new MessageGenerator(random));

            List<ToldMessage> told = kind.byScanner(bytes, random);

            assertThat(told).as(() -> readable(bytes)).isNotEmpty();
            assertThat(told.get(0).isAccepted()).as(() -> readable(bytes)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void garbageIsNeverTakenAndNeverThrown(Kind kind) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int number = 0; number < HEADS / 20; number++) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);

            assertThat(kind.byScanner(garbage, random))
                    .as(() -> readable(garbage))
                    .noneMatch(ToldMessage::isAccepted);
        }
    }

    /** The bytes as Java writes them in a string. */
    private static String readable(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte octet : bytes) {
            switch (octet) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '"', '\\' -> text.append('\\').append((char) octet);
                default -> {
                    if (octet >= ' ' && octet < 0x7f) {
                        text.append((char) octet);
                    } else {
                        text.append("\\u00").append(HexFormat.of().toHexDigits(octet));
                    }
                }
            }
        }
        return text.toString();
    }
}
