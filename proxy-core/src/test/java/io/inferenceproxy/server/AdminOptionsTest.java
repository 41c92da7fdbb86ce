package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdminOptionsTest {

    private static final AdminOptions DEFAULT = AdminOptions.DEFAULT;

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULT).isEqualTo(new AdminOptions(true, "127.0.0.1", 9901, List.of("metrics", "livez", "readyz")));
    }

    @Test
    void changesOneThingAtATime() {
        assertThat(DEFAULT.withEnabled(false).withHost("::1").withPort(1).withOpen(List.of("livez")))
                .isEqualTo(new AdminOptions(false, "::1", 1, List.of("livez")));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> DEFAULT.withHost("\0")).hasMessageStartingWith("host: has a control character");
        assertThatThrownBy(() -> DEFAULT.withPort(65_536)).hasMessage("port: 65536 (expected: 0 to 65535)");
        assertThatThrownBy(() -> DEFAULT.withOpen(List.of("drain")))
                .hasMessage("open: drain (expected: some of [metrics, livez, readyz])");
    }
}
