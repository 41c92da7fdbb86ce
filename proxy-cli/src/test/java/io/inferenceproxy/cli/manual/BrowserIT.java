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
        browser.awaitText(DocsPage.LOGIN, "/api/login");
        browser.picture("body", PICTURES.resolve("docs.png"));

        DocsPage.execute(browser, DocsPage.LOGIN, "{\"username\":\"alice\",\"password\":\"wonderland\"}");
        browser.awaitText(DocsPage.LOGIN + " .live-responses-table", "accessToken");
        browser.awaitText(".btn.authorize.locked", "Authorize");
        browser.picture(DocsPage.LOGIN, PICTURES.resolve("docs-signed-in.png"));
        browser.click(DocsPage.LOGIN + " .opblock-summary-control");
        DocsPage.execute(
                browser, DocsPage.INFERENCE, "{\"symptoms\":[\"fever\",\"cough\",\"muscle-aches\"],\"age\":34}");

        browser.awaitText(DocsPage.INFERENCE + " .live-responses-table .response-col_status", "200");
        browser.awaitText(DocsPage.INFERENCE + " .live-responses-table", "predictions");
        browser.awaitText(DocsPage.INFERENCE + " .live-responses-table", "x-ratelimit-remaining");
        browser.picture(DocsPage.INFERENCE, PICTURES.resolve("docs-inference.png"));
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

    private void assertThatThePageKeptToItself() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(request -> request.startsWith(proxy.toString()) || request.startsWith("data:"));
    }
}
