package io.inferenceproxy;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.observe.ObserveFilter;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.server.ClientAddresses;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.time.Ticker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What callers get who come without TLS: the way to the listener that speaks it. Nothing is served here. */
final class RedirectPages {

    private final String base;
    private final int port;

    private RedirectPages(String base, int port) {
        this.base = base.startsWith("https:") ? base : "";
        this.port = port;
    }

    /** @param port of the listener with TLS */
    static FrontDoor frontDoor(ProxyOptions options, Ticker ticker, int port) {
        RedirectPages pages = new RedirectPages(options.server().baseUrl(), port);
        return new FrontDoor(
                ProxyFilter.chain(List.of(new RecoverFilter()), pages::redirect),
                ObserveFilter.silent(),
                new ClientAddresses(List.of()),
                () -> CallTrace.withoutStages(ticker),
                options.server().baseUrl() + options.problems().path() + "/");
    }

    private CompletionStage<ProxyResponse> redirect(ProxyCall call) {
        String there = base.isEmpty() ? named(call.request().authority()) : base;
        if (there.isEmpty()) {
            return Problem.of(ProblemType.MALFORMED_REQUEST, "The request names no host.")
                    .toAnswer(call);
        }
        return CompletableFuture.completedFuture(ProxyResponse.empty(308)
                .withHeader("Location", there + call.request().target())
                .withClosing(true));
    }

    /** The host that the client named, with the port of the listener. */
    private String named(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
        return host.isEmpty() ? "" : "https://" + host + (port == 443 ? "" : ":" + port);
    }
}
