package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.testing.RecordingSink;
import io.inferenceproxy.testing.ScriptedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a body that may be sent again keeps, for how long, and what a second reader gets. */
class PeekedBodyTest {

    private static final int MOST = 64 << 10;

    private final BufferAccount account = BufferAccount.boundedBy(1 << 20);
    private final ScriptedBody source = ScriptedBody.chunked();
    private final Body body = PeekedBody.of(source, account);
    private final RecordingSink first = new RecordingSink();
    private final RecordingSink second = new RecordingSink();

    @AfterEach
    void nothingIsLeft() {
        body.cancel();
        assertThat(account.used()).isZero();
        assertThat(source.held()).isZero();
        assertThat(source.isCancelled()).isTrue();
    }

    @Test
    void passesOnAsItComes() {
        body.read(first);
        send("one, ");
        send("two");
        source.end();

        assertThat(first.text()).isEqualTo("one, two");
        assertThat(first.events()).containsExactly("chunk", "read-complete", "chunk", "read-complete", "end");
        assertThat(account.used()).isEqualTo(4 << 10);
    }

    @Test
    void aSecondReaderGetsItFromTheBeginningToTheEnd() {
        body.read(first);
        send("one, ");
        source.end();

        body.read(second);

        assertThat(second.text()).isEqualTo("one, ");
        assertThat(second.events()).containsExactly("chunk", "end");
    }

    @Test
    void aSecondReaderGetsWhatIsStillToCome() {
        body.read(first);
        send("one, ");
        body.pause();
        send("on its way, ");

        body.read(second);
        send("two");
        source.end();

        assertThat(second.text()).isEqualTo("one, on its way, two");
        assertThat(source.resumes()).isEqualTo(1);
    }

    @Test
    void aSecondReaderLearnsThatItBrokeOff() {
        body.read(first);
        send("one, ");
        source.breakOff(new IOException("reset"));

        body.read(second);

        assertThat(second.events()).containsExactly("chunk", "failure");
    }

    @Test
    void keepsAsMuchAsItMayAndWithAByteMoreNothing() {
        body.read(first);
        source.send(new byte[MOST - 1]);
        source.send(new byte[1]);
        assertThat(body.isRepeatable()).isTrue();
        assertThat(account.used()).isEqualTo(MOST);

        source.send(new byte[1]);

        assertThat(body.isRepeatable()).isFalse();
        assertThat(account.used()).isZero();
        assertThatThrownBy(() -> body.read(second)).isInstanceOf(IllegalStateException.class);
        assertThat(first.events()).hasSize(6);
    }

    @Test
    void keepsNothingWhereThereIsNoRoom() {
        account.reserve(account.bound());

        body.read(first);
        send("one, ");

        assertThat(body.isRepeatable()).isFalse();
        assertThat(first.text()).isEqualTo("one, ");
        account.release(account.bound());
    }

    @Test
    void onceItIsClearThatNobodyNeedsItAgainNothingIsKept() {
        body.read(first);
        send("one, ");

        body.settle();
        send("two");

        assertThat(account.used()).isZero();
        assertThat(body.isRepeatable()).isFalse();
        assertThat(first.text()).isEqualTo("one, two");
    }

    @Test
    void oneThatIsRepeatableItselfStaysAsItIs() {
        Body whole = Body.of(new byte[10]);

        assertThat(PeekedBody.of(whole, account)).isSameAs(whole);
    }

    @Test
    void pausesAndLengthAreThoseOfTheBody() {
        body.pause();
        body.resume();

        assertThat(source.pauses()).isEqualTo(1);
        assertThat(source.resumes()).isEqualTo(1);
        assertThat(body.length()).isEmpty();
    }

    private void send(String text) {
        source.send(text.getBytes(StandardCharsets.US_ASCII));
    }
}
