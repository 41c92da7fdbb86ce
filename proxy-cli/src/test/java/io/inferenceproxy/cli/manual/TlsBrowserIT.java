package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve --tls-self-signed} in a real browser that trusts this one certificate. Pictures are left in {@code target/pictures}. */
@Tag("browser")
@Timeout(180)
class TlsBrowserIT {

    private static final Path PICTURES = Path.of("target", "pictures");

    // The browser may still write into its profile while it ends.
    @TempDir(cleanup = CleanupMode.NEVER)
    Path profile;

    @TempDir
    Path directory;

    @Test
    void whoLogsInOnTheDocsPageRunsAnInferenceOverTlsAndHttp2() throws Exception {
        Jar jar = new Jar(directory);
        jar.run(List.of("users", "add", "alice", "--password-stdin"), "correct horse battery\n");
        try (ScriptedUpstream service = ScriptedUpstream.start();
                Jar.Serving serving = jar.serve(serveInFrontOf(service));
                Browser browser =
                        Browser.startTrusting(directory.resolve("state/inference-proxy/tls-server.pem"), profile)) {
            service.otherwise(Answer.json("{\"label\":\"viral\"}"));
            URI proxy = URI.create("https://127.0.0.1:" + serving.port());
            browser.open(proxy.resolve("/docs"));

            DocsPage.execute(
                    browser, DocsPage.LOGIN, "{\"username\":\"alice\",\"password\":\"correct horse battery\"}");
            browser.awaitText(DocsPage.LOGIN + " .live-responses-table", "accessToken");
            browser.awaitText(".btn.authorize.locked", "Authorize");
            browser.click(DocsPage.LOGIN + " .opblock-summary-control");
            DocsPage.execute(browser, DocsPage.INFERENCE, "{\"age\":34}");

            browser.awaitText(DocsPage.INFERENCE + " .live-responses-table .response-col_status", "200");
            browser.awaitText(DocsPage.INFERENCE + " .live-responses-table", "viral");
            browser.awaitText(DocsPage.INFERENCE + " .curl-command", proxy + "/api/inference");
            browser.picture(DocsPage.INFERENCE, PICTURES.resolve("docs-tls-inference.png"));
            assertThat(service.requests().get(0).header("X-Forwarded-User")).contains("alice");
            assertThat(service.requests().get(0).header("X-Forwarded-Proto")).contains("https");
            assertThat(browser.value("[...new Set(performance.getEntries().map(entry => entry.nextHopProtocol)"
                            + ".filter(Boolean))].join()"))
                    .isEqualTo("h2");
            assertThat(browser.value("isSecureContext")).isEqualTo("true");
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allMatch(request -> request.startsWith(proxy.toString()) || request.startsWith("data:"));
        }
    }

    private static List<String> serveInFrontOf(ScriptedUpstream service) {
        return List.of(
                "serve",
                "--tls-self-signed",
                "--upstream",
                service.uri().toString(),
                "--port",
                "0",
                "--admin-port",
                "0",
                "--set",
                "server.drain-delay=0s");
    }
}
