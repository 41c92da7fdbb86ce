package io.inferenceproxy;

import io.inferenceproxy.auth.AccessRequirement;
import io.inferenceproxy.auth.AuthenticateFilter;
import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.LimitedCallers;
import io.inferenceproxy.observe.ObserveFilter;
import io.inferenceproxy.observe.Scrape;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.route.RouteEntry;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteTable;
import io.inferenceproxy.server.AdminGuard;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.ClientAddresses;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What operators reach: metrics, health, who is limited most, drain, reload. Callers on this machine may use all of it; others need the role
 * {@code admin}, but for the pages that are open.
 */
final class AdminPages {

    private static final int MOST_LIMITED = 50;

    private final AdminOptions options;
    private final ProxyFilter admission;

    private AdminPages(AdminOptions options, Assembly assembly) {
        this.options = options;
        this.admission = new AuthenticateFilter(
                assembly.authenticator(), assembly.refusals(), AccessRequirement.of(List.of("admin"), List.of()));
    }

    /**
     * The pages.
     *
     * @param drain begins the end
     * @param reload reads the configuration anew, where there is something to read
     */
    static FrontDoor frontDoor(
            ProxyOptions options,
            Assembly assembly,
            Ticker ticker,
            Runnable drain,
            Optional<Supplier<ReloadReport>> reload) {
        AdminPages pages = new AdminPages(options.admin(), assembly);
        List<RouteEntry> entries = new ArrayList<>();
        Observation observation = assembly.observation();
        observation
                .prometheus()
                .map(registry -> new Scrape(registry, observation.observations()::collect, assembly.workers()))
                .ifPresent(scrape -> entries.add(pages.entry("metrics", "GET /metrics", scrape)));
        entries.add(pages.entry("livez", "GET /livez", assembly.health().live()));
        entries.add(pages.entry("readyz", "GET /readyz", assembly.health().ready(true)));
        entries.add(pages.entry("limits", "GET /limits", limited(assembly.limitedCallers())));
        entries.add(pages.entry("drain", "POST /drain", draining(drain)));
        reload.ifPresent(source ->
                entries.add(pages.entry("reload", "POST /reload", new ReloadPage(source, assembly.workers()))));
        List<ProxyFilter> filters =
                List.of(new RecoverFilter(), new AdminGuard(options.admin().host()));
        return new FrontDoor(
                ProxyFilter.chain(filters, new RouteTable(entries, List.of())),
                ObserveFilter.silent(),
                new ClientAddresses(List.of()),
                () -> CallTrace.withoutStages(ticker),
                options.server().baseUrl() + options.problems().path() + "/");
    }

    private RouteEntry entry(String name, String match, ProxyHandler handler) {
        ProxyHandler admitted = admission.inFrontOf(handler);
        boolean open = options.open().contains(name);
        ProxyHandler guarded = call ->
                open || call.client().address().isLoopbackAddress() ? handler.handle(call) : admitted.handle(call);
        return new RouteEntry(name, RouteMatch.parse(match), ApiStyle.NATIVE, guarded);
    }

    /** Who is refused most for limits. */
    private static ProxyHandler limited(LimitedCallers callers) {
        return call -> {
            ObjectNode top = JsonNodeFactory.instance.objectNode();
            ArrayNode limited = top.putArray("limited");
            callers.top(MOST_LIMITED)
                    .forEach(each -> limited.addObject()
                            .put("issuer", each.issuer())
                            .put("name", each.name())
                            .put("refusals", each.refusals())
                            .put("uncertain", each.uncertain()));
            return CompletableFuture.completedFuture(ProxyResponse.text(200, "application/json", top + "\n"));
        };
    }

    private static ProxyHandler draining(Runnable drain) {
        return call -> {
            drain.run();
            return CompletableFuture.completedFuture(
                    ProxyResponse.text(202, "text/plain; charset=utf-8", "draining\n"));
        };
    }
}
