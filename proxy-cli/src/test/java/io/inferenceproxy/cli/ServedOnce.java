package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code serve} in front of the demonstration model, from its start to its orderly end. */
final class ServedOnce implements AutoCloseable {

    private final CliFixture cli;
    private final CliFixture.Serving serving;
    private final URI uri;
    private final URI adminUri;

    ServedOnce(CliFixture cli, String upstream, String... more) {
        this.cli = cli;
        this.serving = cli.serve(Stream.concat(
                        Stream.of("serve", "-u", upstream, "--port", "0", "--admin-port", "0", "--set"),
                        Stream.concat(Stream.of("server.drain-delay=0s"), List.of(more).stream()))
                .toArray(String[]::new));
        await().until(() -> serving.out().contains("\n") || serving.isOver());
        JsonNode ready =
                JsonMapper.shared().readTree(serving.out().lines().findFirst().orElseThrow());
        this.uri = URI.create(ready.get("uri").stringValue());
        this.adminUri = URI.create(ready.get("adminUri").stringValue());
    }

    /** Where operators reach it. */
    URI adminUri() {
        return adminUri;
    }

    HttpResponse<String> call(String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri.resolve("/api/inference"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"symptoms\":[\"fever\"]}"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    /** What it has written to standard output. */
    String out() {
        return serving.out();
    }

    @Override
    public void close() {
        cli.signal.complete(null);
        assertThat(serving.code()).isZero();
    }
}
