package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurlExampleTest {

    @AfterEach
    void forget() {
        System.clearProperty(CurlExample.CALLED_AS);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "./inference-proxy,$(./inference-proxy token",
                "/a b/inference-proxy,$('/a b/inference-proxy' token"
            })
    void the_token_comes_from_the_command_as_it_was_called(String called, String expected) {
        System.setProperty(CurlExample.CALLED_AS, called);
        CurlExample call = new CurlExample("GET", URI.create("http://127.0.0.1:8080/api/me"), "", Optional.empty());
        assertThat(call.withTokenOf("alice", "")).contains("Bearer " + expected + " --user alice)");
    }
}
