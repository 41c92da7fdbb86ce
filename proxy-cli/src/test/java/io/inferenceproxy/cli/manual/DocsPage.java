package io.inferenceproxy.cli.manual;

/** The page at {@code /docs}, as who sits in front of it uses it. */
final class DocsPage {

    static final String LOGIN = "#operations-Callers-login";
    static final String INFERENCE = "#operations-Service-inference";

    private DocsPage() {}

    /** Opens an operation, tries it out with this content and executes it. */
    static void execute(Browser browser, String operation, String content) {
        browser.click(operation + " .opblock-summary-control");
        browser.click(operation + " .try-out__btn");
        browser.type(operation + " .body-param__text", content);
        browser.click(operation + " .execute");
    }
}
