package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoCommandTest {

    private static final Pattern CURL =
            Pattern.compile("curl -i -H \"(.*?): (.*?)\" -H \"(.*?): (.*?)\" -d '(.*?)' (\\S+)");

    @TempDir
    Path directory;

    private CliFixture cli;
    private CliFixture.Serving demo;

    @BeforeEach
    void start() {
        cli = new CliFixture(directory);
        demo = cli.serve("demo", "--port", "0");
        await().until(() -> demo.out().contains("Ctrl-C") || demo.isOver());
    }

    @AfterEach
    void stop() {
        cli.signal.complete(null);
        assertThat(demo.code()).isZero();
    }

    private static HttpResponse<String> paste(String line) throws Exception {
        Matcher curl = CURL.matcher(line.strip());
        assertThat(curl.matches()).as(line).isTrue();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(curl.group(6)))
                                .header(curl.group(1), curl.group(2))
                                .header(curl.group(3), curl.group(4))
                                .POST(HttpRequest.BodyPublishers.ofString(curl.group(5)))
                                .build(),
                        BodyHandlers.ofString());
    }

    private String value(String name) {
        return demo.out().replaceAll("(?s).*\n  " + name + " +(\\S+)\n.*", "$1");
    }

    @Test
    void whatItPrintsIsReadableAndSaysThatItIsNoMedicalAdvice() {
        assertThat(demo.out()).contains("no medical advice", "  proxy     http://127.0.0.1:", "/docs\n", "/metrics\n");
    }

    @Test
    void theCallsThatItPrintsWorkWhenPasted() throws Exception {
        String[] calls =
                demo.out().lines().filter(line -> line.contains("curl")).toArray(String[]::new);

        assertThat(calls).hasSize(2);
        HttpResponse<String> good = paste(calls[0]);
        HttpResponse<String> refused = paste(calls[1]);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).contains("predictions");
        assertThat(good.headers().firstValue("RateLimit")).isPresent();
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("#/age", "#/symptoms/0");
    }

    @Test
    void theUserCanLogIn() throws Exception {
        HttpResponse<String> login = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(value("proxy") + "/api/login"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"username\":\"" + value("user")
                                        + "\",\"password\":\"" + value("password") + "\"}"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(login.body()).contains("accessToken");
    }

    @Test
    void theStateDirectoryOfTheUserIsNotTouched() {
        assertThat(cli.state()).doesNotExist();
    }
}
