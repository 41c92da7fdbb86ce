package io.inferenceproxy;

import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.UserStore;
import io.inferenceproxy.observe.CallObserver;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.time.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is no data and so no option: behaviour that an embedder brings.
 *
 * @param authenticator in place of the one for our own tokens
 * @param users in place of the users file
 * @param keys in place of the keys file
 * @param sessions in place of the sessions file
 * @param auditor in place of the audit file
 * @param outer filters that see every call on a route, before authentication
 * @param inner filters that see calls that are admitted and valid, before the upstream
 * @param observers learn of every call
 * @param registry where the metrics go, in place of one of our own
 * @param ticker the clock
 * @param source reads the options anew
 */
record Parts(
        Optional<Authenticator> authenticator,
        Optional<UserStore> users,
        Optional<KeyStore> keys,
        Optional<SessionStore> sessions,
        Optional<Auditor> auditor,
        List<ProxyFilter> outer,
        List<ProxyFilter> inner,
        List<CallObserver> observers,
        Optional<MeterRegistry> registry,
        Ticker ticker,
        Optional<Supplier<ProxyOptions>> source) {

    static final Parts NONE = new Parts(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Ticker.system(),
            Optional.empty());
}
