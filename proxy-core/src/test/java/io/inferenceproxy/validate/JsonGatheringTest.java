package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BodyWatcher;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JSON that comes within one event goes on in the pieces in which it came; nothing of them stays held.
 *
 * <p>It is over 300 lines because its cases share a body that comes in pieces.
 */
class JsonGatheringTest {

    private final List<ProxyCall> passed = new ArrayList<>();
    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private final ValidateFilter filter =
            ValidateFilter.forJson(DataSize.ofBytes(200_000), 64, Optional.empty(), Runnable::run, buffers);
    private ProxyHandler next = call -> {
        passed.add(call);
        return CompletableFuture.completedFuture(ProxyResponse.empty(200));
    };

    private int status(ProxyCall call) {
        return filter.filter(call, next).toCompletableFuture().join().status();
    }

    private static ProxyCall call(Body body) {
        return ContentCall.json("").withBody(body).call();
    }

    private String passedText() {
        Body body = passed.get(0).request().body();
        return new String(
                BodyCollector.collect(body, 1 << 20).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    @Test
    void whatCameInPiecesGoesOnInOrder() {
        Arriving body = new Arriving("{\"a\"", ": [1, 2", "]}");

        assertThat(status(call(body))).isEqualTo(200);

        assertThat(passed.get(0).request().body().length()).hasValue(13);
        assertThat(passedText()).isEqualTo("{\"a\": [1, 2]}");
        assertThat(body.held).isZero();
    }

    @Test
    void whatWaitsIsKeptInMemoryOfItsOwn() {
        Arriving body = new Arriving("[1,", "2]");

        status(call(body));

        assertThat(body.held).isZero();
        assertThat(passedText()).isEqualTo("[1,2]");
    }

    @Test
    void whatWasGatheredCanBeLookedAtAndThenGoesOn() {
        Arriving body = new Arriving("{\"a\"", ": [1, 2", "]}");
        Looking looking = new Looking();
        next = call -> {
            assertThat(call.request().body().tryShow(looking)).isTrue();
            passed.add(call);
            return CompletableFuture.completedFuture(ProxyResponse.empty(200));
        };

        assertThat(status(call(body))).isEqualTo(200);

        assertThat(looking.text).hasToString("{\"a\": [1, 2]}");
        assertThat(passedText()).isEqualTo("{\"a\": [1, 2]}");
        assertThat(passed.get(0).request().body().tryShow(looking))
                .as("once it was read")
                .isFalse();
        assertThat(body.held).isZero();
    }

    @Test
    void whatIsReadAtOnceIsNotCopied() {
        Arriving body = new Arriving("[1]");
        List<Chunk> read = new ArrayList<>();
        next = call -> {
            call.request().body().read(new Taking(read));
            return CompletableFuture.completedFuture(ProxyResponse.empty(200));
        };

        status(call(body));

        assertThat(read).containsExactlyElementsOf(body.chunks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1", "[1] x", "{\"a\":1,\"a\":2}", ""})
    void whatIsRefusedIsReleased(String content) {
        Arriving body = new Arriving(content);

        assertThat(status(call(body))).isEqualTo(400);

        assertThat(body.held).isZero();
    }

    @Test
    void unusualJsonGoesOnToo() {
        Arriving body = new Arriving("{\"\\u0061\": ", "1}");

        assertThat(status(call(body))).isEqualTo(200);

        assertThat(passedText()).isEqualTo("{\"\\u0061\": 1}");
        assertThat(body.held).isZero();
    }

    @Test
    void whatIsLargeIsCollected() {
        String text = "[" + "1,".repeat(40_000) + "1]";
        Arriving body = new Arriving(text.substring(0, 30_000), text.substring(30_000, 70_000), text.substring(70_000));

        assertThat(status(call(body))).isEqualTo(200);

        assertThat(body.held).isZero();
        assertThat(passedText()).isEqualTo(text);
    }

    @Test
    void whatIsTooLargeWithoutSayingSoIsRefused() {
        ValidateFilter small =
                ValidateFilter.forJson(DataSize.ofBytes(4), 64, Optional.empty(), Runnable::run, buffers);
        Arriving body = new Arriving("[1,", "2]");

        assertThat(small.filter(call(body), next).toCompletableFuture().join().status())
                .isEqualTo(413);
        assertThat(body.held).isZero();
    }

    @Test
    void whatHasNoRoomIsRefused() {
        buffers.reserve(buffers.bound() - 2);
        Arriving body = new Arriving("[1]");

        assertThat(status(call(body))).isEqualTo(503);

        assertThat(body.held).isZero();
        assertThat(buffers.used()).isEqualTo(buffers.bound() - 2);
    }

    @Test
    void whatNobodyReadIsGoneWithTheCall() {
        ProxyCall call = call(new Arriving("[1]"));
        status(call);
        assertThat(buffers.used()).isEqualTo(3);

        call.end(CallEnd.COMPLETED);

        assertThat(buffers.used()).isZero();
        assertThat(passedText()).isEmpty();
    }

    @Test
    void aSurpriseBehindItReleasesWhatCame() {
        Arriving body = new Arriving("[1]");
        next = call -> {
            throw new IllegalStateException("surprise");
        };

        CompletableFuture<ProxyResponse> answer =
                filter.filter(call(body), next).toCompletableFuture();

        assertThat(answer).isCompletedExceptionally();
        assertThat(body.held).isZero();
    }

    @Test
    void aBodyThatBreaksOffReleasesWhatCame() {
        Arriving body = new Arriving("[1");
        body.failure = Optional.of(new IOException("gone"));

        CompletableFuture<ProxyResponse> answer =
                filter.filter(call(body), next).toCompletableFuture();

        assertThat(answer).isCompletedExceptionally();
        assertThat(body.held).isZero();
    }

    /** A body that is read from a socket within one event. */
    private static final class Arriving implements Body {
        private final List<Chunk> chunks;
        private Optional<Throwable> failure = Optional.empty();
        private int held;

        Arriving(String... pieces) {
            chunks = Stream.of(pieces)
                    .filter(piece -> !piece.isEmpty())
                    .<Chunk>map(Shared::new)
                    .toList();
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public void read(BodySink sink) {
            held = chunks.size();
            chunks.forEach(sink::onChunk);
            failure.ifPresentOrElse(sink::onFailure, sink::onEnd);
        }

        @Override
        public void pause() {
            // all of it comes at once
        }

        @Override
        public void resume() {
            // see pause
        }

        @Override
        public void cancel() {
            // all of it came
        }

        /** A piece of a buffer that others wait for. */
        private final class Shared implements Chunk {
            private final byte[] bytes;

            Shared(String text) {
                bytes = text.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public int size() {
                return bytes.length;
            }

            @Override
            public ByteBuffer bytes() {
                return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            }

            @Override
            public Chunk lasting() {
                release();
                return Chunk.of(bytes.clone());
            }

            @Override
            public void release() {
                held--;
            }
        }
    }

    /** Takes pieces as they are. */
    private record Taking(List<Chunk> taken) implements BodySink {
        @Override
        public void onChunk(Chunk chunk) {
            taken.add(chunk);
        }

        @Override
        public void onEnd() {
            // of no interest
        }

        @Override
        public void onFailure(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    /** Writes down what it is shown. */
    private static final class Looking implements BodyWatcher {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onPiece(Chunk piece) {
            text.append(StandardCharsets.UTF_8.decode(piece.bytes().duplicate()));
        }

        @Override
        public void onWhole() {
            text.append(" and told so");
        }
    }
}
