package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A head that is sent byte by byte costs as much as it is long. These are so long that walking them anew for each byte would
 * take hours; walking them once takes less than a second, and the time allowed is far from either.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class DribbledHeadTest {

    private static final int LENGTH = 4 << 20;

    @ParameterizedTest
    @MethodSource
    void isWalkedOnce(String head) {
        HeadScanner scanner = new HeadScanner(FirstLine.REQUEST, 2 * LENGTH);

        assertThat(Pieces.feedInPieces(scanner, Pieces.bytes(head), 1)).isEqualTo(Outcome.WHOLE);
        assertThat(scanner.end()).isEqualTo(head.length());
    }

    static Stream<String> isWalkedOnce() {
        String line = "GET / HTTP/1.1\r\n";
        return Stream.of(
                "GET /" + "a".repeat(LENGTH) + " HTTP/1.1\r\n\r\n",
                "G".repeat(LENGTH) + " / HTTP/1.1\r\n\r\n",
                "\r\n".repeat(LENGTH / 2) + line + "\r\n",
                line + "a".repeat(LENGTH) + ": b\r\n\r\n",
                line + "a: " + "b\t".repeat(LENGTH / 2) + "\r\n\r\n",
                line + "a:" + " ".repeat(LENGTH) + "\r\n\r\n",
                line + "a:b\r\n".repeat(LENGTH / 5) + "\r\n");
    }
}
