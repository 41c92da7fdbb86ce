package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
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
    public boolean isListening() {
        return log.isInfoEnabled();
    }

    @Override
    public void onCall(CallReport report) {
        if (log.isInfoEnabled()) {
            withKeys(log.atInfo(), "call", report).log(line(report));
        }
    }

    /** The event with all that is known of the call. */
    static LoggingEventBuilder withKeys(LoggingEventBuilder event, String kind, CallReport report) {
        LoggingEventBuilder told = event.addKeyValue(LogKey.EVENT.key(), kind);
        told = text(told, LogKey.REQUEST_ID, report.id());
        told = text(told, LogKey.SUBJECT, report.subject());
        told = text(told, LogKey.ISSUER, report.issuer());
        told = text(told, LogKey.ROUTE, report.route());
        told = text(told, LogKey.METHOD, report.method());
        told = text(told, LogKey.PATH, report.path());
        told = text(told, LogKey.VERSION, report.version());
        told = number(told, LogKey.STATUS, report.status());
        told = text(told, LogKey.CODE, report.code());
        told = text(told, LogKey.REASON, report.reason());
        told = text(told, LogKey.OUTCOME, outcome(report.outcome()));
        told = time(told, LogKey.TOTAL, report.times().total());
        told = time(told, LogKey.AUTH, report.times().auth());
        told = time(told, LogKey.LIMIT, report.times().limit());
        told = time(told, LogKey.VALIDATE, report.times().validate());
        told = time(told, LogKey.QUEUE, report.times().queue());
        told = time(told, LogKey.UPSTREAM_TIME, report.times().upstream());
        told = told.addKeyValue(LogKey.REQUEST_BYTES.key(), report.requestBytes());
        told = told.addKeyValue(LogKey.RESPONSE_BYTES.key(), report.responseBytes());
        told = text(told, LogKey.UPSTREAM, report.upstream());
        told = number(told, LogKey.UPSTREAM_STATUS, report.upstreamStatus());
        told = text(told, LogKey.CLIENT, report.client().getHostAddress());
        told = text(told, LogKey.TRACE_ID, report.traceId());
        return told;
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
                .append(tenthsOfMillis(report) / 10)
                .append('.')
                .append(tenthsOfMillis(report) % 10)
                .append(" ms");
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

    /** Rounded. A formatter would cost more than the rest of the line. */
    private static long tenthsOfMillis(CallReport report) {
        return (report.times().total() + 50_000) / 100_000;
    }

    /** The word for how a call ended, in logs and metrics. */
    static String outcome(CallEnd end) {
        return switch (end) {
            case COMPLETED -> "completed";
            case CLIENT_GONE -> "client-gone";
            case BROKEN_OFF -> "broken-off";
        };
    }

    private static LoggingEventBuilder text(LoggingEventBuilder event, LogKey key, String value) {
        return value.isEmpty() ? event : event.addKeyValue(key.key(), LogText.escaped(value));
    }

    private static LoggingEventBuilder number(LoggingEventBuilder event, LogKey key, int value) {
        return value == 0 ? event : event.addKeyValue(key.key(), value);
    }

    /** Milliseconds, to the microsecond. */
    private static LoggingEventBuilder time(LoggingEventBuilder event, LogKey key, long nanos) {
        return nanos == 0 ? event : event.addKeyValue(key.key(), Math.round(nanos / 1e3) / 1e3);
    }
}
