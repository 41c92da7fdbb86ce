package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();

    SilenceWatchTest() {
        channel.freezeTime();
        channel.pipeline().addFirst(new SilenceWatch(Duration.ofSeconds(4)));
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @Test
    void whatIsNotAnsweredEndsTheConnection() {
        pass(3);
        channel.writeOutbound("PING");
        pass(2);
        assertThat(channel.isOpen()).as("half of the time is allowed").isTrue();

        pass(2);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoeverAnswersInTimeIsLeftAlone() {
        for (int i = 0; i < 20; i++) {
            channel.writeOutbound("PING");
            pass(1);
            channel.writeInbound("PONG");
            channel.writeOutbound("PING"); // asked again at once, as under load
            pass(1);
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whoIsAskedNothingMayBeSilent() {
        pass(60);

        assertThat(channel.isOpen()).isTrue();
    }
}
