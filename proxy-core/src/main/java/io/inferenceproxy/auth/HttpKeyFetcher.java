package io.inferenceproxy.auth;

import io.inferenceproxy.pem.CertificateFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Fetches keys over HTTP: at most 64 KB, within the issuer's timeout, without following redirects, through no proxy.
 *
 * <p>Of what a discovery document says only {@code jwks_uri} is used, and only where {@link IssuerUrls#mayLeadTo} lets it
 * lead; its {@code issuer} must be the configured one, to the letter.
 */
final class HttpKeyFetcher implements KeyFetcher {

    static final int MAX_SIZE = 64 << 10;

    private final Executor workers;
    private final List<X509Certificate> authorities;
    private @Nullable HttpClient client;

    /**
     * @param workers where a fetch begins and names are looked up; may reject
     * @param authorities whose certificates are believed; empty for those that Java trusts
     */
    HttpKeyFetcher(Executor workers, List<X509Certificate> authorities) {
        this.workers = workers;
        this.authorities = List.copyOf(authorities);
    }

    @Override
    public CompletionStage<byte[]> fetch(IssuerOptions issuer) {
        try {
            return CompletableFuture.supplyAsync(this::client, workers)
                    .thenCompose(http -> issuer.jwksUrl()
                            .map(url -> get(http, url, issuer.timeout()))
                            .orElseGet(() -> discovered(http, issuer)));
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(new Failure("no room on the workers"));
        }
    }

    private CompletableFuture<byte[]> discovered(HttpClient http, IssuerOptions issuer) {
        URI document = IssuerUrls.discoveryOf(issuer.issuer());
        return get(http, document, issuer.timeout())
                .thenApply(body -> keysUrl(document, body, issuer.issuer()))
                .thenCompose(url -> get(http, url, issuer.timeout()));
    }

    private static URI keysUrl(URI document, byte[] body, String issuer) {
        try {
            JsonNode json = StrictJson.read(body);
            if (!json.path("issuer").isString()
                    || !json.path("issuer").stringValue().equals(issuer)) {
                throw new Failure(document + " is not of the issuer " + issuer);
            }
            String found =
                    json.path("jwks_uri").isString() ? json.path("jwks_uri").stringValue() : "";
            URI url = URI.create(found);
            if (!IssuerUrls.mayLeadTo(url, document)) {
                throw new Failure(document + " leads to a jwks_uri that is not asked (expected: https, and not into a"
                        + " private network unless to the issuer's own host)");
            }
            return url;
        } catch (StrictJson.Malformed | IllegalArgumentException unreadable) {
            throw new Failure(document + " is no discovery document");
        }
    }

    private static CompletableFuture<byte[]> get(HttpClient http, URI url, Duration timeout) {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Accept", "application/json, application/jwk-set+json")
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, head -> CappedBody.of(head, MAX_SIZE));
        // The request's own timeout ends with the head; this one holds for the content too.
        return sent.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).handle((response, failure) -> {
            if (failure != null) {
                sent.cancel(true);
                throw new Failure(url + ": " + wordsFor(failure, timeout));
            }
            if (response.statusCode() != 200) {
                throw new Failure(
                        url + " answered " + response.statusCode() + " (expected: 200; redirects are not followed)");
            }
            return response.body();
        });
    }

    private static String wordsFor(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "no whole answer within " + timeout.toMillis() + " ms";
        }
        if (cause instanceof CappedBody.TooLarge) {
            return "more than " + MAX_SIZE + " bytes";
        }
        return cause.getClass().getSimpleName()
                + (cause.getMessage() == null ? "" : " " + TokenRefusal.shown(cause.getMessage()));
    }

    /** Made when it is first needed: where keys are never fetched it costs nothing. */
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .connectTimeout(Duration.ofSeconds(2));
            if (!authorities.isEmpty()) {
                builder.sslContext(CertificateFiles.trusting(authorities));
            }
            made = builder.build();
            client = made;
        }
        return made;
    }
}
