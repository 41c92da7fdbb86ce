package io.inferenceproxy.observe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of surprises inside the proxy: an error with its stack trace and the {@link LogKey}s of the call, on the
 * logger {@value #LOGGER}. It does not depend on whether calls are logged.
 */
public final class FailureLog implements CallObserver {

    /** The name of the logger. */
    public static final String LOGGER = "io.inferenceproxy.error";

    private final Logger log = LoggerFactory.getLogger(LOGGER);

    @Override
    public void onCall(CallReport report) {
        Throwable failure = report.failure();
        if (failure != null && log.isErrorEnabled()) {
            AccessLog.withKeys(log.atError(), "failure", report)
                    .setCause(PrintableFailure.of(failure))
                    .log("internal error: " + AccessLog.line(report));
        }
    }
}
