package io.inferenceproxy.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The short page at the front: what this is, and where the rest is. Its {@code Link} fields say the same to programs (RFC
 * 8631).
 */
public final class IndexPage {

    private IndexPage() {}

    /**
     * The page, linking what is switched on; none when it is switched off itself.
     *
     * @param title of the API, plain text
     * @param workers where the answer is made
     */
    public static List<Page> of(
            PageOptions options, String title, PageOptions docs, PageOptions problems, Executor workers) {
        return options.enabled()
                ? List.of(new Page(options.path(), new LateAnswer(workers, () -> page(options, title, docs, problems))))
                : List.of();
    }

    private static FixedAnswer page(PageOptions options, String title, PageOptions docs, PageOptions problems) {
        StringBuilder items = new StringBuilder();
        List<String> links = new ArrayList<>();
        if (docs.enabled()) {
            item(items, options, docs.path(), "Read and try the API");
            item(items, options, OpenApiPages.JSON_PATH, "OpenAPI document");
            item(items, options, OpenApiPages.YAML_PATH, "OpenAPI document as YAML");
            links.add("<" + OpenApiPages.JSON_PATH + ">; rel=\"service-desc\"; type=\"application/json\"");
            links.add("<" + docs.path() + ">; rel=\"service-doc\"; type=\"text/html\"");
        }
        if (problems.enabled()) {
            item(items, options, problems.path(), "What each problem means");
        }
        item(items, options, "/readyz", "Ready to serve?");
        item(items, options, "/livez", "Alive?");
        links.add("</readyz>; rel=\"status\"");
        String body = """
                <h1>%s</h1>
                <p class="quiet">An inference service behind inference-proxy.</p>
                <ul>
                %s</ul>
                """.formatted(HtmlPage.escaped(title), items);
        return HtmlPage.of(title, body, "Link", String.join(", ", links));
    }

    private static void item(StringBuilder items, PageOptions from, String path, String text) {
        items.append("<li><a href=\"%s\">%s</a> <span class=\"quiet\">%s</span></li>\n"
                .formatted(HtmlPage.escaped(from.relativeToRoot(path)), text, HtmlPage.escaped(path)));
    }
}
