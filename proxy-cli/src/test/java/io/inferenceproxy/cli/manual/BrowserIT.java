package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The pages of {@code demo} in a real browser. Pictures are left in {@code target/pictures}, to be looked at. */
@Tag("browser")
@Timeout(180)
class BrowserIT {

    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String LOGIN = "#operations-Callers-login";
    private static final String INFERENCE = "#operations-Service-inference";

    // The browser may still write into its profile while it ends.
    @TempDir(cleanup = CleanupMode.NEVER)
    Path profile;

    @TempDir
    Path directory;

    private Jar.Serving demo;
    private Browser browser;
    private URI proxy;

    @BeforeEach
    void start() throws Exception {
        demo = new Jar(directory).serve(List.of("demo", "--port", "0"));
        proxy = URI.create("http://127.0.0.1:" + demo.port());
        browser = Browser.start(profile);
    }

    @AfterEach
    void stop() {
        browser.close();
        demo.close();
    }

    @Test
    void whoLogsInOnTheDocsPageCanRunAnInferenceThere() throws Exception {
        browser.open(proxy.resolve("/docs"));
        browser.awaitText(LOGIN, "/api/login");
        browser.picture("body", PICTURES.resolve("docs.png"));

        execute(LOGIN, "{\"username\":\"alice\",\"password\":\"wonderland\"}");
        browser.awaitText(LOGIN + " .live-responses-table", "accessToken");
        browser.awaitText(".btn.authorize.locked", "Authorize");
        browser.picture(LOGIN, PICTURES.resolve("docs-signed-in.png"));
        browser.click(LOGIN + " .opblock-summary-control");
        execute(INFERENCE, "{\"symptoms\":[\"fever\",\"cough\",\"muscle-aches\"],\"age\":34}");

        browser.awaitText(INFERENCE + " .live-responses-table .response-col_status", "200");
        browser.awaitText(INFERENCE + " .live-responses-table", "predictions");
        browser.awaitText(INFERENCE + " .live-responses-table", "x-ratelimit-remaining");
        browser.picture(INFERENCE, PICTURES.resolve("docs-inference.png"));
        assertThatThePageKeptToItself();
    }

    @Test
    void thePagesLeadFromOneToTheOther() throws Exception {
        browser.open(proxy);
        browser.awaitText("h1", "inference-proxy");
        browser.picture("body", PICTURES.resolve("index.png"));

        browser.click("a[href$='/problems']");
        browser.awaitText("h1", "Problems");
        browser.picture("body", PICTURES.resolve("problems.png"));
        browser.click("a[href$='rate-limited']");

        browser.awaitText("h1", "Rate limited");
        browser.picture("body", PICTURES.resolve("problem.png"));
        assertThatThePageKeptToItself();
    }

    private void execute(String operation, String content) {
        browser.click(operation + " .opblock-summary-control");
        browser.click(operation + " .try-out__btn");
        browser.type(operation + " .body-param__text", content);
        browser.click(operation + " .execute");
    }

    private void assertThatThePageKeptToItself() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(request -> request.startsWith(proxy.toString()) || request.startsWith("data:"));
    }
}
