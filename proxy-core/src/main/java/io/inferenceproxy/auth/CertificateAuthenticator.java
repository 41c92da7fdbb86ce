package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.time.Ticker;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows callers by the certificate of their connection, which TLS has verified. Who sends a token or a key is known by that,
 * since a certificate may be that of a gateway. The caller's issuer is the name of the authority, so a name of one authority
 * is not that of another's, and not one of ours.
 */
public final class CertificateAuthenticator implements Authenticator {

    private static final int MOST_KNOWN = 10_000;

    private final ClientCertificateOptions options;
    private final Ticker ticker;
    private final Authenticator others;
    private final Cache<X509Certificate, CompletionStage<Authentication>> known = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();

    /** @param others for all who send other credentials, or connect without a certificate */
    public CertificateAuthenticator(ClientCertificateOptions options, Ticker ticker, Authenticator others) {
        this.options = options;
        this.ticker = ticker;
        this.others = others;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        Headers headers = call.request().headers();
        Optional<X509Certificate> certificate = call.request().clientCertificate();
        if (certificate.isEmpty() || headers.contains("Authorization") || headers.contains("X-API-Key")) {
            return others.authenticate(call);
        }
        X509Certificate shown = certificate.get();
        if (!ticker.now().isBefore(shown.getNotAfter().toInstant())) {
            return CompletableFuture.completedFuture(
                    new Authentication.Refused("the certificate has expired since the connection was made"));
        }
        return known.get(shown, this::judged);
    }

    private CompletionStage<Authentication> judged(X509Certificate certificate) {
        Optional<String> name = options.name().of(certificate).filter(TokenClaims::isName);
        if (name.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new Authentication.Refused("the certificate has no usable name of the kind " + options.name()));
        }
        Caller.Identified caller = new Caller.Identified(
                certificate.getIssuerX500Principal().getName(),
                true,
                name.get(),
                Set.copyOf(options.roles().getOrDefault(name.get(), List.of())),
                Set.of(),
                certificate.getNotAfter().toInstant());
        return CompletableFuture.completedFuture(new Authentication.Accepted(caller));
    }
}
