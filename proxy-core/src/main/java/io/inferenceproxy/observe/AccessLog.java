package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The access log: one event a call, on the logger {@value #LOGGER}, with the {@link LogKey}s as key-value pairs and a
 * readable line as its message.
 *
 * <p>Values are escaped here, so that no layout behind the logger can let a control character out. There is never a
 * query, a credential or content in it.
 */
public final class AccessLog implements CallObserver {

    /** The name of the logger. */
    public static final String LOGGER = "io.inferenceproxy.access";

    private final Logger log = LoggerFactory.getLogger(LOGGER);

    @Override
    public void onCall(CallReport report) {
        if (log.isInfoEnabled()) {
            withKeys(log.atInfo(), "call", report).log(line(report));
        }
    }

    /** The event with all that is known of the call. */
    static LoggingEventBuilder withKeys(LoggingEventBuilder event, String kind, CallReport report) {
        event.addKeyValue(LogKey.EVENT.key(), kind);
        text(event, LogKey.REQUEST_ID, report.id());
        text(event, LogKey.SUBJECT, report.subject());
        text(event, LogKey.ISSUER, report.issuer());
        text(event, LogKey.ROUTE, report.route());
        text(event, LogKey.METHOD, report.method());
        text(event, LogKey.PATH, report.path());
        text(event, LogKey.VERSION, report.version());
        number(event, LogKey.STATUS, report.status());
        text(event, LogKey.CODE, report.code());
        text(event, LogKey.REASON, report.reason());
        text(event, LogKey.OUTCOME, outcome(report.outcome()));
        time(event, LogKey.TOTAL, report.times().total());
        time(event, LogKey.AUTH, report.times().auth());
        time(event, LogKey.LIMIT, report.times().limit());
        time(event, LogKey.VALIDATE, report.times().validate());
        time(event, LogKey.QUEUE, report.times().queue());
        time(event, LogKey.UPSTREAM_TIME, report.times().upstream());
        event.addKeyValue(LogKey.REQUEST_BYTES.key(), report.requestBytes());
        event.addKeyValue(LogKey.RESPONSE_BYTES.key(), report.responseBytes());
        text(event, LogKey.UPSTREAM, report.upstream());
        number(event, LogKey.UPSTREAM_STATUS, report.upstreamStatus());
        text(event, LogKey.CLIENT, report.client().getHostAddress());
        text(event, LogKey.TRACE_ID, report.traceId());
        return event;
    }

    /** {@code 200 POST /api/inference alice 12.3 ms}, and what went wrong. */
    static String line(CallReport report) {
        StringBuilder line = new StringBuilder(96)
                .append(report.status() == 0 ? "---" : Integer.toString(report.status()))
                .append(' ')
                .append(LogText.word(report.method()))
                .append(' ')
                .append(LogText.word(report.path()))
                .append(' ')
                .append(LogText.word(report.subject()))
                .append(' ')
                .append(String.format(Locale.ROOT, "%.1f ms", report.times().total() / 1e6));
        if (!report.code().isEmpty()) {
            line.append(' ').append(LogText.word(report.code()));
        }
        if (report.outcome() != CallEnd.COMPLETED) {
            line.append(' ').append(outcome(report.outcome()));
        }
        if (!report.reason().isEmpty()) {
            line.append(" (").append(LogText.escaped(report.reason())).append(')');
        }
        return line.toString();
    }

    /** The word for how a call ended, in logs and metrics. */
    static String outcome(CallEnd end) {
        return switch (end) {
            case COMPLETED -> "completed";
            case CLIENT_GONE -> "client-gone";
            case BROKEN_OFF -> "broken-off";
        };
    }

    private static void text(LoggingEventBuilder event, LogKey key, String value) {
        if (!value.isEmpty()) {
            event.addKeyValue(key.key(), LogText.escaped(value));
        }
    }

    private static void number(LoggingEventBuilder event, LogKey key, int value) {
        if (value != 0) {
            event.addKeyValue(key.key(), value);
        }
    }

    /** Milliseconds, to the microsecond. */
    private static void time(LoggingEventBuilder event, LogKey key, long nanos) {
        if (nanos != 0) {
            event.addKeyValue(key.key(), Math.round(nanos / 1e3) / 1e3);
        }
    }
}
