package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import java.util.concurrent.CompletionStage;

/**
 * Finds out who makes a call. The proxy brings one for JSON Web Tokens; an embedder may bring their own.
 *
 * <p>Called on the I/O thread of the call, by many threads at once; it must not block, and completes the stage on that
 * thread. A failed stage means that nobody is let in.
 */
@FunctionalInterface
public interface Authenticator {

    /** Looks at the credentials of the call. */
    CompletionStage<Authentication> authenticate(ProxyCall call);
}
