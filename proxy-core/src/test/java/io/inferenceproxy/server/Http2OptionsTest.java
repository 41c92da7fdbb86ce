package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Http2OptionsTest {

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(Http2Options.DEFAULT).isEqualTo(new Http2Options(true, false, 128));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Http2Options.DEFAULT.withMaxStreams(0))
                .hasMessage("max-streams: 0 (expected: 1 to 10000)");
    }
}
