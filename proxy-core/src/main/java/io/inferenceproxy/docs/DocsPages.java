package io.inferenceproxy.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The page to read and try the API: Swagger UI from the class path, with a start of our own that fetches nothing from
 * outside and, after a login tried there, authorizes the page with the token.
 */
public final class DocsPages {

    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
    private static final String SCRIPT_TYPE = "text/javascript; charset=utf-8";
    private static final String STYLE_TYPE = "text/css; charset=utf-8";

    /** The icons of Swagger UI are data; it sets styles by script only, which no policy forbids. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private DocsPages() {}

    /**
     * The page and its files; none when they are switched off.
     *
     * @param title of the API, plain text
     * @param loginPaths where tokens are had; a successful call there authorizes the page
     * @param workers where the answers are made
     */
    public static List<Page> of(PageOptions options, String title, List<String> loginPaths, Executor workers) {
        if (!options.enabled()) {
            return List.of();
        }
        List<Page> pages = new ArrayList<>();
        pages.add(new Page(
                options.path(),
                new LateAnswer(
                        workers,
                        () -> FixedAnswer.of(
                                "text/html; charset=utf-8",
                                html(options, title, loginPaths),
                                "Content-Security-Policy",
                                POLICY))));
        pages.add(file(options, workers, "swagger-ui.css", WEBJAR + "swagger-ui.css", STYLE_TYPE));
        pages.add(file(options, workers, "swagger-ui-bundle.js", WEBJAR + "swagger-ui-bundle.js", SCRIPT_TYPE));
        pages.add(file(options, workers, "favicon-32x32.png", WEBJAR + "favicon-32x32.png", "image/png"));
        pages.add(file(options, workers, "docs.css", "docs.css", STYLE_TYPE));
        pages.add(file(options, workers, "docs.js", "docs.js", SCRIPT_TYPE));
        return List.copyOf(pages);
    }

    private static Page file(PageOptions options, Executor workers, String name, String resource, String mediaType) {
        return new Page(
                options.below(name),
                new LateAnswer(workers, () -> FixedAnswer.of(mediaType, Resources.bytes(resource))));
    }

    private static String html(PageOptions options, String title, List<String> loginPaths) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" type="image/png" href="%s">
                <link rel="stylesheet" href="%s">
                <link rel="stylesheet" href="%s">
                </head>
                <body>
                <div id="swagger-ui" data-openapi="%s" data-login="%s"></div>
                <noscript>This page needs JavaScript; the document itself is at <a href="%5$s">openapi.json</a>.</noscript>
                <script src="%s"></script>
                <script src="%s"></script>
                </body>
                </html>
                """.formatted(
                        HtmlPage.escaped(title),
                        options.relative("favicon-32x32.png"),
                        options.relative("swagger-ui.css"),
                        options.relative("docs.css"),
                        options.relativeToRoot(OpenApiPages.JSON_PATH),
                        HtmlPage.escaped(String.join(" ", loginPaths)),
                        options.relative("swagger-ui-bundle.js"),
                        options.relative("docs.js"));
    }
}
