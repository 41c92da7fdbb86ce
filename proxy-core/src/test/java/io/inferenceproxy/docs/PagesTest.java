package io.inferenceproxy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.problem.ProblemType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {

    private static final String HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&";
    private static final PageOptions DOCS = PageOptions.at("/docs");
    private static final PageOptions PROBLEMS = PageOptions.at("/problems");
    private static final PageOptions INDEX = PageOptions.at("/");
    private static final List<String> LOGINS = List.of("/api/login", "/login");

    @Test
    void everyProblemHasAPageThatSaysWhatItMeansAndWhatToDo() {
        List<Page> pages = ProblemPages.of(PROBLEMS, Runnable::run);

        for (ProblemType type : ProblemType.values()) {
            assertThat(Visit.of(pages, "/problems/" + type.slug()).text())
                    .contains("<h1>" + type.title() + "</h1>")
                    .contains("Status " + type.status() + ", code <code>" + type.slug() + "</code>")
                    .contains(HtmlPage.prose(type.meaning()))
                    .contains(HtmlPage.prose(type.cure()));
            assertThat(Visit.of(pages, "/problems").text()).contains("problems/" + type.slug());
        }
        assertThat(pages).hasSize(ProblemType.values().length + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/problems", "/help/problems"})
    void linksAmongTheProblemPagesHoldWhereverTheyAreMoved(String path) {
        List<Page> pages = ProblemPages.of(PageOptions.at(path), Runnable::run);
        List<String> paths = pages.stream().map(Page::path).toList();

        assertThat(pages).allSatisfy(page -> assertThat(links(page, pages)).isSubsetOf(paths));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/internal/api/docs"})
    void theFilesOfTheDocsPageAreFoundWhereverItIsMoved(String path) {
        List<Page> pages = DocsPages.of(PageOptions.at(path), "API", LOGINS, Runnable::run);
        List<String> paths = Stream.concat(pages.stream().map(Page::path), Stream.of("/openapi.json"))
                .toList();

        assertThat(links(pages.get(0), pages)).hasSizeGreaterThan(5).isSubsetOf(paths);
        assertThat(URI.create(path).resolve(attribute(pages.get(0), pages, "data-openapi")))
                .hasToString("/openapi.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/start", "/a/b"})
    void theIndexLinksWhatIsThere(String path) {
        List<Page> pages = IndexPage.of(PageOptions.at(path), "API", DOCS, PROBLEMS, Runnable::run);

        assertThat(links(pages.get(0), pages))
                .containsExactly("/docs", "/openapi.json", "/openapi.yaml", "/problems", "/readyz", "/livez");
        assertThat(Visit.of(pages, path).header("Link"))
                .isEqualTo("</openapi.json>; rel=\"service-desc\"; type=\"application/json\", "
                        + "</docs>; rel=\"service-doc\"; type=\"text/html\", </readyz>; rel=\"status\"");
    }

    @Test
    void theIndexDoesNotLinkWhatIsSwitchedOff() {
        List<Page> pages =
                IndexPage.of(INDEX, "API", DOCS.withEnabled(false), PROBLEMS.withEnabled(false), Runnable::run);

        assertThat(links(pages.get(0), pages)).containsExactly("/readyz", "/livez");
        assertThat(Visit.of(pages, "/").header("Link")).isEqualTo("</readyz>; rel=\"status\"");
    }

    @Test
    void whatIsSwitchedOffIsNotServed() {
        assertThat(ProblemPages.of(PROBLEMS.withEnabled(false), Runnable::run)).isEmpty();
        assertThat(DocsPages.of(DOCS.withEnabled(false), "API", LOGINS, Runnable::run))
                .isEmpty();
        assertThat(IndexPage.of(INDEX.withEnabled(false), "API", DOCS, PROBLEMS, Runnable::run))
                .isEmpty();
        assertThat(OpenApiPages.of(DOCS.withEnabled(false), Apis.small(), Runnable::run))
                .isEmpty();
    }

    @Test
    void aHostileTitleIsOnlyText() {
        List<Page> docs = DocsPages.of(DOCS, HOSTILE, LOGINS, Runnable::run);
        List<Page> index = IndexPage.of(INDEX, HOSTILE, DOCS, PROBLEMS, Runnable::run);

        assertThat(Stream.of(
                        Visit.of(docs, "/docs").text(), Visit.of(index, "/").text()))
                .allSatisfy(html -> assertThat(html)
                        .doesNotContain("<script>")
                        .doesNotContain("<img")
                        .contains("&lt;/title&gt;&lt;script&gt;alert(1)"));
    }

    @Test
    void noPageRunsOrFetchesAnythingFromElsewhere() {
        Stream.of(
                        ProblemPages.of(PROBLEMS, Runnable::run),
                        DocsPages.of(DOCS, "API", LOGINS, Runnable::run),
                        IndexPage.of(INDEX, "API", DOCS, PROBLEMS, Runnable::run))
                .flatMap(List::stream)
                .map(page -> Visit.of(List.of(page), page.path()))
                .filter(visit -> visit.header("Content-Type").startsWith("text/html"))
                .forEach(visit -> {
                    assertThat(visit.header("Content-Security-Policy"))
                            .startsWith("default-src 'none';")
                            .contains("base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                            .doesNotContain("unsafe")
                            .doesNotContain("*");
                    assertThat(visit.header("X-Content-Type-Options")).isEqualTo("nosniff");
                    assertThat(visit.header("Referrer-Policy")).isEqualTo("no-referrer");
                    assertThat(visit.text())
                            .doesNotContain("http://")
                            .doesNotContain("https://")
                            .doesNotContainPattern("<script(?! src=)")
                            .doesNotContainPattern("\\son[a-z]+=");
                });
    }

    @Test
    void theStyleSheetInAPageIsTheOneThatItsPolicyAllows() {
        Visit page = Visit.of(ProblemPages.of(PROBLEMS, Runnable::run), "/problems");
        String style = group(page.text(), "<style>(.*?)</style>").get(0);

        assertThat(page.header("Content-Security-Policy"))
                .contains("style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(Digests.sha256(style.getBytes(StandardCharsets.UTF_8)))
                        + "'");
    }

    @Test
    void theStarterAuthorizesThePageAfterALoginAndAsksNoValidator() {
        List<Page> pages = DocsPages.of(DOCS, "API", LOGINS, Runnable::run);

        assertThat(Visit.of(pages, "/docs").text()).contains("data-login=\"/api/login /login\"");
        assertThat(Visit.of(pages, "/docs/docs.js").text())
                .contains("ui.preauthorizeApiKey(\"bearer\", token)")
                .contains("validatorUrl: null")
                .doesNotContain("http");
        assertThat(Visit.of(pages, "/docs/swagger-ui-bundle.js").text()).hasSizeGreaterThan(1_000_000);
        assertThat(Visit.of(pages, "/docs/swagger-ui-bundle.js").header("Content-Type"))
                .isEqualTo("text/javascript; charset=utf-8");
    }

    @Test
    void aPageThatIsKnownAlreadyIsNotSentAgain() {
        List<Page> pages = ProblemPages.of(PROBLEMS, Runnable::run);
        String etag = Visit.of(pages, "/problems").header("ETag");

        assertThat(etag).matches("\"[A-Za-z0-9_-]{43}\"");
        assertThat(Stream.of(etag, "W/" + etag, "\"other\", " + etag, "*")).allSatisfy(known -> {
            Visit again = Visit.of(pages, "/problems", "If-None-Match", known);
            assertThat(again.response().status()).isEqualTo(304);
            assertThat(again.response().body().isEmpty()).isTrue();
            assertThat(again.header("ETag")).isEqualTo(etag);
        });
        assertThat(Visit.of(pages, "/problems", "If-None-Match", "\"other\"")
                        .response()
                        .status())
                .isEqualTo(200);
    }

    /** Where the references of a page lead, seen from its path. */
    private static List<String> links(Page page, List<Page> pages) {
        return group(Visit.of(pages, page.path()).text(), "(?:href|src|data-openapi)=\"(?!data:)([^\"]+)\"").stream()
                .map(link -> URI.create(page.path()).resolve(link).getPath())
                .toList();
    }

    private static String attribute(Page page, List<Page> pages, String name) {
        return group(Visit.of(pages, page.path()).text(), name + "=\"([^\"]+)\"")
                .get(0);
    }

    private static List<String> group(String text, String regex) {
        return Pattern.compile(regex, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
