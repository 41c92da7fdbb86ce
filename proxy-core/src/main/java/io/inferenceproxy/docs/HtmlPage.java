package io.inferenceproxy.docs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A small page without scripts. Its one style sheet stands in it, allowed by its hash, so a page needs no other file and
 * can be moved freely.
 */
final class HtmlPage {

    private static final String STYLE = Resources.text("page.css");
    private static final String POLICY = "default-src 'none'; style-src 'sha256-"
            + Base64.getEncoder().encodeToString(Digests.sha256(STYLE.getBytes(StandardCharsets.UTF_8)))
            + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private HtmlPage() {}

    /**
     * @param title plain text
     * @param body HTML, whose plain text was {@linkplain #escaped escaped}
     */
    static FixedAnswer of(String title, String body, String... moreHeaders) {
        String html = """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <style>%s</style>
                </head>
                <body>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(escaped(title), STYLE, body);
        List<String> headers = new ArrayList<>(List.of(moreHeaders));
        headers.add("Content-Security-Policy");
        headers.add(POLICY);
        return FixedAnswer.of("text/html; charset=utf-8", html, headers.toArray(String[]::new));
    }

    /** Plain text as HTML, in content and in quoted attributes; {@code `code`} stays plain. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Escaped prose, in which what stands between backticks is set as code. */
    static String prose(String text) {
        return escaped(text).replaceAll("`([^`]+)`", "<code>$1</code>");
    }
}
