package io.inferenceproxy.observe;

import io.inferenceproxy.testing.CommittedDocument;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObservabilityReferenceTest {

    @Test
    void theReferenceIsUpToDate() throws IOException {
        CommittedDocument.requireUpToDate("observability.md", reference());
    }

    private static String reference() {
        return """
                # What an operator sees

                Generated from the lists in `io.inferenceproxy.observe`; a test keeps it up to date.

                ## Log lines

                Every call is one event on the logger `%s`, at level `info`, when it has ended; `logging.access: false`
                switches that off. A surprise inside the proxy is one more, on `%s`, at level `error`, with its stack
                trace. There is never a credential, a query or content in a line, and what a client chose is escaped. A key
                without a value is left out.

                A thread of its own writes the lines, so no call waits for the log; a line comes within some hundredths of a
                second after the end of its call. How long the stages of a call took is only measured while the lines are
                written or an observer listens.

                | key | what it tells |
                |---|---|
                %s
                ## Metrics

                At `/metrics` on the admin listener, for Prometheus. Labels come from closed sets: no user, no identifier, no
                path that a client chose. A label that does not apply is empty. `http_route` is the path of a configured
                route, or `_none`; an unknown method is `_OTHER`. Timers and sizes also have a `_max` of the last minutes.

                All calls that ended before a scrape are in it. Up to 8,192 ended calls wait to be measured and logged; when more
                come than can be, which takes a log that blocks, they are dropped: `inference_proxy_observations_dropped_total`
                counts them, and once a minute the log says how many. A registry that an embedder brought learns of calls within
                some hundredths of a second; `ProxyServer.told()` completes when it knows all.

                | metric | labels | what it measures |
                |---|---|---|
                %s""".formatted(
                        AccessLog.LOGGER,
                        FailureLog.LOGGER,
                        Stream.of(LogKey.values())
                                .map(key -> "| `" + key.key() + "` | " + key.meaning() + " |\n")
                                .collect(Collectors.joining()),
                        Stream.of(ProxyMetric.values())
                                .map(ObservabilityReferenceTest::row)
                                .collect(Collectors.joining()));
    }

    private static String row(ProxyMetric metric) {
        String labels = metric.tags().stream()
                .map(tag -> "`" + tag.replace('.', '_') + "`")
                .collect(Collectors.joining(", "));
        return "| `" + metric.prometheusName() + "` | " + labels + " | " + metric.description() + " |\n";
    }
}
