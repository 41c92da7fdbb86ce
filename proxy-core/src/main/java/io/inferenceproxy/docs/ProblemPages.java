package io.inferenceproxy.docs;

import io.inferenceproxy.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The pages that say of each problem what it means and what to do; the {@code type} of a problem leads to them. */
public final class ProblemPages {

    private ProblemPages() {}

    /**
     * The index and a page a problem; none when they are switched off.
     *
     * @param workers where the answers are made
     */
    public static List<Page> of(PageOptions options, Executor workers) {
        if (!options.enabled()) {
            return List.of();
        }
        List<Page> pages = new ArrayList<>();
        pages.add(new Page(options.path(), new LateAnswer(workers, () -> HtmlPage.of("Problems", index(options)))));
        for (ProblemType type : ProblemType.values()) {
            pages.add(new Page(
                    options.below(type.slug()),
                    new LateAnswer(workers, () -> HtmlPage.of(type.title(), page(type, options)))));
        }
        return List.copyOf(pages);
    }

    private static String index(PageOptions options) {
        StringBuilder rows = new StringBuilder();
        for (ProblemType type : ProblemType.values()) {
            rows.append("<tr><td>%d</td><td><a href=\"%s\">%s</a></td><td>%s</td></tr>\n"
                    .formatted(
                            type.status(),
                            HtmlPage.escaped(options.relative(type.slug())),
                            type.slug(),
                            HtmlPage.escaped(type.title())));
        }
        return """
                <h1>Problems</h1>
                <p class="quiet">What the proxy answers itself when it does not pass a call on, or gets no answer.
                The member <code>code</code> of a problem is the name here.</p>
                <table>
                <thead><tr><th>Status</th><th>Code</th><th>Title</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                """.formatted(rows);
    }

    private static String page(ProblemType type, PageOptions options) {
        return """
                <p><a href="%s">All problems</a></p>
                <h1>%s</h1>
                <p class="quiet">Status %d, code <code>%s</code></p>
                <h2>What it means</h2>
                <p>%s</p>
                <h2>What to do</h2>
                <p>%s</p>
                """.formatted(
                        HtmlPage.escaped(options.fromBelow()),
                        HtmlPage.escaped(type.title()),
                        type.status(),
                        type.slug(),
                        HtmlPage.prose(type.meaning()),
                        HtmlPage.prose(type.cure()));
    }
}
