package io.inferenceproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.upstream.UpstreamOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetTest {

    @Test
    void openAiStandsForTheRoutesOfThatApi() {
        assertThat(Preset.OPENAI.routes().values())
                .extracting(route -> route.match().toString())
                .containsExactly(
                        "POST /v1/chat/completions",
                        "POST /v1/completions",
                        "POST /v1/responses",
                        "POST /v1/embeddings",
                        "GET /v1/models/**");
    }

    @Test
    void oipStandsForTheRoutesOfThatProtocol() {
        assertThat(Preset.OIP.routes().values())
                .extracting(route -> route.match().toString())
                .containsExactly("GET /v2", "GET /v2/health/**", "GET /v2/models/**", "POST /v2/models/**");
    }

    @Test
    void itsRoutesAreForLargeContentAndLongAnswersInTheirOwnStyle() {
        for (RouteOptions route : Preset.OPENAI.routes().values()) {
            assertThat(route.style()).isEqualTo(ApiStyle.OPENAI);
            assertThat(route.maxBody()).hasValue(DataSize.ofMegabytes(32));
            assertThat(route.firstByteTimeout()).hasValue(Duration.ofMinutes(10));
            assertThat(route.to()).isEmpty();
        }
        assertThat(Preset.OIP.routes().values()).extracting(RouteOptions::style).containsOnly(ApiStyle.OIP);
    }

    @Test
    void withAPresetTheDefaultRouteStandsBack() {
        ProxyOptions options = ProxyOptions.DEFAULT.withPreset(Optional.of(Preset.OIP));

        assertThat(options.servedRoutes()).containsOnlyKeys("server", "health", "models", "infer");
    }

    @Test
    void configuredRoutesStandBesideThoseOfThePreset() {
        Map<String, RouteOptions> own = Map.of("mine", Preset.OIP.routes().get("server"));
        ProxyOptions options = ProxyOptions.DEFAULT.withRoutes(own).withPreset(Optional.of(Preset.OPENAI));

        assertThat(options.servedRoutes()).containsKeys("mine", "embeddings");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8000/v1,     http://127.0.0.1:8000",
        "http://127.0.0.1:8000/v1/,    http://127.0.0.1:8000",
        "http://127.0.0.1:8000/llm/v1, http://127.0.0.1:8000/llm",
        "http://127.0.0.1:8000/v1x,    http://127.0.0.1:8000/v1x",
        "http://127.0.0.1:8000,        http://127.0.0.1:8000"
    })
    void theVersionIsNotSaidTwice(URI given, URI used) {
        ProxyOptions options = ProxyOptions.DEFAULT
                .withUpstreams(Map.of("default", UpstreamOptions.DEFAULT.withUrls(List.of(given))))
                .withPreset(Optional.of(Preset.OPENAI));

        assertThat(options.usedUpstreams().get("default"))
                .extracting(UpstreamOptions::urls)
                .isEqualTo(List.of(used));
    }
}
