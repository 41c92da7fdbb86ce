package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoggingOptionsTest {

    private static final LoggingOptions DEFAULT = LoggingOptions.DEFAULT;

    @Test
    void byDefaultEveryCallIsLoggedInTheFormThatSuitsTheReader() {
        assertThat(DEFAULT).isEqualTo(new LoggingOptions(LogFormat.AUTO, LogLevel.INFO, true));
    }

    @Test
    void changesOneThingAtATime() {
        assertThat(DEFAULT.withFormat(LogFormat.JSON).withLevel(LogLevel.DEBUG).withAccess(false))
                .isEqualTo(new LoggingOptions(LogFormat.JSON, LogLevel.DEBUG, false));
    }
}
