package io.inferenceproxy;

import io.inferenceproxy.audit.AuditFile;
import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.auth.AccessRequirement;
import io.inferenceproxy.auth.AuthenticateFilter;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.FailureLimit;
import io.inferenceproxy.auth.IdentityTokenFilter;
import io.inferenceproxy.auth.IdentityTokens;
import io.inferenceproxy.auth.MeHandler;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.docs.ApiDescription;
import io.inferenceproxy.docs.DocsPages;
import io.inferenceproxy.docs.IndexPage;
import io.inferenceproxy.docs.OpenApiPages;
import io.inferenceproxy.docs.Operation;
import io.inferenceproxy.docs.Page;
import io.inferenceproxy.docs.PageOptions;
import io.inferenceproxy.docs.ProblemPages;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.ContentLimitFilter;
import io.inferenceproxy.limit.EarlyLimitFilter;
import io.inferenceproxy.limit.FailureCounter;
import io.inferenceproxy.limit.LimitFilter;
import io.inferenceproxy.limit.LimitJournal;
import io.inferenceproxy.limit.LimitJson;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitedCallers;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.limit.SharedCounters;
import io.inferenceproxy.limit.SharedLimits;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.problem.RoomFilter;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteEntry;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.route.RouteTable;
import io.inferenceproxy.route.UpstreamPath;
import io.inferenceproxy.server.ClientAddresses;
import io.inferenceproxy.server.CorsFilter;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.HealthPages;
import io.inferenceproxy.server.HealthPages.Usability;
import io.inferenceproxy.server.HstsFilter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Allowance;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamClient;
import io.inferenceproxy.upstream.UpstreamGroup;
import io.inferenceproxy.upstream.UpstreamHandler;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.upstream.UpstreamReadiness;
import io.inferenceproxy.upstream.UpstreamTimeouts;
import io.inferenceproxy.upstream.UpstreamTls;
import io.inferenceproxy.upstream.Upstreams;
import io.inferenceproxy.validate.BodySchema;
import io.inferenceproxy.validate.ValidateFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Joins the features into a proxy. The order of the pipeline stands here and nowhere else, outermost first:
 * {@code observe, hsts, cors, recover, route}, and on each route {@code authenticate, limit, validate, identity token,
 * upstream}. A feature that
 * is off is absent.
 *
 * <p>It is over 300 lines because the joining of all features stands here, and nowhere else.
 */
final class Assembly {

    private final ProxyOptions options;
    private final Parts parts;
    private final UpstreamClient client;
    private final Executor workers;
    private final BufferAccount buffers;
    private final Observation observation;
    private final LimitPolicies limits;
    private final LimitedCallers limitedCallers;
    private final Upstreams upstreams;
    private final Auditor auditor;
    private final Identity identity;
    private final FailureLimit refusals;
    private final HealthPages health;
    private final Set<String> keptClaims;
    private final Map<String, BodySchema> schemas;

    Assembly(
            ProxyOptions options,
            Parts parts,
            UpstreamClient client,
            Executor workers,
            BufferAccount buffers,
            Optional<LimitJournal> journal,
            BooleanSupplier draining,
            Opened opened) {
        this.options = options;
        this.parts = parts;
        this.client = client;
        this.workers = workers;
        this.buffers = buffers;
        this.observation = Observation.of(options, parts);
        this.limitedCallers = new LimitedCallers();
        this.keptClaims = keptClaims(options);
        this.upstreams = new Upstreams(options.usedUpstreams());
        this.refusals = failureLimit(options.auth().failureLimit());
        this.auditor =
                parts.auditor().orElseGet(() -> opened.add(trail(options.audit(), parts.ticker()), Auditor::close));
        this.identity = Identity.of(
                options,
                keptClaims,
                parts,
                failureLimit(options.auth().loginLimit().perAddress()),
                failureLimit(options.auth().loginLimit().perUser()),
                workers,
                buffers,
                auditor,
                opened);
        this.health = new HealthPages(draining, readiness(new UpstreamReadiness(usedGroups(), client, parts.ticker())));
        observation.watch(upstreams);
        observation.watch(buffers);
        observation.watch(identity.issuers());
        this.limits = limits(options, parts, observation, journal, opened);
        limits.sharing().ifPresent(observation::watch);
        journal.ifPresent(observation::watch);
        this.schemas = new HashMap<>();
    }

    /** The same features under other limits. */
    private Assembly(Assembly before, ProxyOptions options, LimitPolicies limits) {
        this.options = options;
        this.limits = limits;
        this.parts = before.parts;
        this.client = before.client;
        this.workers = before.workers;
        this.buffers = before.buffers;
        this.observation = before.observation;
        this.limitedCallers = before.limitedCallers;
        this.upstreams = before.upstreams;
        this.refusals = before.refusals;
        this.auditor = before.auditor;
        this.identity = before.identity;
        this.health = before.health;
        this.keptClaims = before.keptClaims;
        this.schemas = before.schemas;
    }

    /**
     * The same features under other limits, as if nothing were charged; to see whether they go together.
     *
     * @param changed differ from the present options in limits alone
     * @throws IllegalArgumentException when they do not
     */
    Assembly tried(ProxyOptions changed) {
        keptClaims(changed).stream()
                .filter(claim -> parts.authenticator().isEmpty() && !keptClaims.contains(claim))
                .findFirst()
                .ifPresent(claim -> {
                    throw new IllegalArgumentException("limits: claim " + claim
                            + " (expected: one that something asked for at the start, or a restart)");
                });
        return new Assembly(this, changed, LimitPolicies.of(changed.limits(), parts.ticker(), LimitObserver.NONE));
    }

    /** The same features under other limits, which count on what these have counted. */
    Assembly changedTo(ProxyOptions changed) {
        boolean same = OptionDifferences.of(options, changed).stream().noneMatch(key -> key.startsWith("limits"));
        LimitPolicies next =
                same ? limits : limits.changedTo(changed.limits(), observation.limitObserver(changed.limits()));
        return new Assembly(this, changed, next);
    }

    LimitPolicies limits() {
        return limits;
    }

    private static LimitPolicies limits(
            ProxyOptions options, Parts parts, Observation observation, Optional<LimitJournal> journal, Opened opened) {
        LimitObserver observer = observation.limitObserver(options.limits());
        if (!options.redis().isOn() || options.limits().isEmpty()) {
            return journal.map(kept -> LimitPolicies.of(options.limits(), observer, kept))
                    .orElseGet(() -> LimitPolicies.of(options.limits(), parts.ticker(), observer));
        }
        SharedCounters counters = opened.add(SharedCounters.open(options.redis()), SharedCounters::close);
        LimitPolicies shared = LimitPolicies.shared(
                options.limits(), parts.ticker(), observer, counters, options.redis(), observation.decisionTimer());
        shared.sharing().ifPresent(limits -> opened.add(limits, SharedLimits::close));
        return shared;
    }

    private static Auditor trail(AuditOptions options, Ticker ticker) {
        try {
            return AuditFile.open(options, ticker);
        } catch (IOException unusable) {
            throw new UncheckedIOException("audit.file: " + unusable.getMessage(), unusable);
        }
    }

    /** Who is refused most for limits. */
    LimitedCallers limitedCallers() {
        return limitedCallers;
    }

    /** The proxy that callers reach. */
    FrontDoor frontDoor(ProxyHandler pipeline) {
        return new FrontDoor(
                pipeline,
                observation.filter(),
                new ClientAddresses(options.server().trustedProxies()),
                observation.observations()::arrived,
                problemBase());
    }

    /** All of it but what observes. */
    ProxyHandler pipeline() {
        List<RouteEntry> routes = new ArrayList<>();
        List<Operation> operations = new ArrayList<>(Descriptions.builtIns(identity, options));
        options.servedRoutes().forEach((name, route) -> {
            routes.add(new RouteEntry(name, route.match(), route.style(), chain(name, route)));
            operations.add(Descriptions.route(name, route, options, schema(route)));
        });
        RouteTable table = new RouteTable(builtIns(operations), routes);
        List<ProxyFilter> filters = new ArrayList<>();
        if (!options.server().tls().hsts().isZero()) {
            filters.add(new HstsFilter(options.server().tls().hsts()));
        }
        filters.add(new CorsFilter(options.server().cors()));
        filters.add(new RecoverFilter());
        return ProxyFilter.chain(filters, table);
    }

    /** What holds on a route, outermost first. */
    private ProxyHandler chain(String name, RouteOptions route) {
        List<ProxyFilter> filters = new ArrayList<>();
        if (!parts.outer().isEmpty()) {
            filters.addAll(parts.outer());
            filters.add(new RecoverFilter()); // here too, so that they see answers as they go out
        }
        filters.add(new RoomFilter(buffers));
        filters.add(
                route.auth() == RouteAccess.NONE
                        ? AuthenticateFilter.anonymous()
                        : new AuthenticateFilter(identity.authenticator(), refusals, requirement(route)));
        boolean readsContent = limitsReadContent(name, route);
        if (readsContent) {
            filters.add(new EarlyLimitFilter(limits, name, policies(route), limitedCallers));
        } else {
            limiter(name, route).ifPresent(limiter -> filters.add(new LimitFilter(limiter, limitedCallers)));
        }
        filters.add(validation(route));
        if (readsContent) {
            RateLimiter whole = limits.wholeLimiter(name, policies(route));
            filters.add(new ContentLimitFilter(whole, workers, limitedCallers));
        }
        filters.addAll(parts.inner());
        identityTokens(route).ifPresent(filters::add);
        return ProxyFilter.chain(filters, upstream(route));
    }

    private static AccessRequirement requirement(RouteOptions route) {
        return AccessRequirement.of(route.roles(), route.scopes())
                .matching(route.rolesMatch(), route.scopesMatch())
                .withClaims(route.claims());
    }

    private Optional<ProxyFilter> identityTokens(RouteOptions route) {
        return Optional.ofNullable(options.usedUpstreams().get(route.upstream()))
                .map(upstream -> upstream.identity().token())
                .filter(token -> token.isOn() && route.auth() != RouteAccess.NONE)
                .map(token -> {
                    try {
                        return new IdentityTokenFilter(
                                new IdentityTokens(
                                        options.auth(),
                                        identity.keys(),
                                        token.audience(),
                                        token.ttl(),
                                        token.claims(),
                                        parts.ticker()),
                                Math.max(1_000, options.auth().tokenCache()),
                                workers,
                                parts.ticker());
                    } catch (IllegalArgumentException unfit) {
                        throw new IllegalArgumentException(
                                "upstreams." + route.upstream() + "." + unfit.getMessage(), unfit);
                    }
                });
    }

    /** The claims that somebody asks for: others are not kept. */
    private static Set<String> keptClaims(ProxyOptions options) {
        Set<String> names = new TreeSet<>();
        options.servedRoutes()
                .values()
                .forEach(route -> names.addAll(route.claims().keySet()));
        options.limits().values().forEach(policy -> names.addAll(policy.claims()));
        options.usedUpstreams().values().forEach(upstream -> {
            names.addAll(upstream.identity().claims().values());
            names.addAll(upstream.identity().token().claims());
        });
        return names;
    }

    private Optional<RateLimiter> limiter(String name, RouteOptions route) {
        return used(limits.limiter(name, policies(route)));
    }

    /** Whether limits of a route must know the content; where that is not gathered nobody does. */
    private boolean limitsReadContent(String name, RouteOptions route) {
        Optional<RateLimiter> limiter = used(limits.contentLimiter(name, policies(route)));
        if (route.body() == BodyRule.JSON) {
            return limiter.isPresent();
        }
        boolean named = route.limits().isPresent()
                || limiter.stream()
                        .flatMap(each -> each.policies().stream())
                        .anyMatch(each -> each.routes().contains(name));
        if (limiter.isPresent() && named) {
            throw new IllegalArgumentException(
                    "routes." + name + ".body: any (expected: json, since a limit of it must know the content)");
        }
        return false;
    }

    private Collection<String> policies(RouteOptions route) {
        return route.limits().isPresent() ? route.limits().get() : limits.names();
    }

    private static Optional<RateLimiter> used(RateLimiter limiter) {
        return limiter.policies().isEmpty() ? Optional.empty() : Optional.of(limiter);
    }

    private ProxyFilter validation(RouteOptions route) {
        DataSize maxBody = route.maxBody().orElse(options.validation().maxBody());
        if (route.body() == BodyRule.ANY) {
            return ValidateFilter.forAny(maxBody);
        }
        DataSize mostHeld = DataSize.ofBytes(Math.min(maxBody.bytes(), buffers.bound()));
        return ValidateFilter.forJson(mostHeld, options.validation().maxDepth(), schema(route), workers, buffers);
    }

    private Optional<BodySchema> schema(RouteOptions route) {
        if (route.body() == BodyRule.ANY) {
            return Optional.empty();
        }
        return route.schema()
                .or(() -> options.validation().schema())
                .map(file -> schemas.computeIfAbsent(file.toString(), path -> BodySchema.load(file)));
    }

    private ProxyHandler upstream(RouteOptions route) {
        UpstreamOptions upstream = options.usedUpstreams().get(route.upstream());
        if (upstream == null) {
            throw new IllegalArgumentException(
                    "upstream: " + route.upstream() + " (expected: the name of an upstream)");
        }
        UpstreamTimeouts timeouts =
                UpstreamTimeouts.of(upstream, route.connectTimeout(), route.firstByteTimeout(), route.stallTimeout());
        UpstreamPath path = new UpstreamPath(route.match(), route.to());
        return new UpstreamHandler(
                client, upstreams.group(route.upstream()), timeouts, path::of, route.repeatable(), buffers);
    }

    private List<RouteEntry> builtIns(List<Operation> operations) {
        List<RouteEntry> entries = new ArrayList<>();
        identity.login().ifPresent(login -> {
            ProxyHandler guarded = new RoomFilter(buffers).inFrontOf(login);
            entries.add(entry("login", "POST /api/login", guarded));
            entries.add(entry("login-short", "POST /login", guarded));
        });
        identity.refresh()
                .ifPresent(refresh -> entries.add(
                        entry("refresh", "POST /api/token/refresh", new RoomFilter(buffers).inFrontOf(refresh))));
        identity.oauth()
                .ifPresent(oauth -> entries.add(entry(
                        "oauth-token", "POST " + Descriptions.OAUTH_TOKEN, new RoomFilter(buffers).inFrontOf(oauth))));
        identity.logout()
                .ifPresent(logout -> entries.add(entry(
                        "logout",
                        "POST /api/logout",
                        new AuthenticateFilter(identity.authenticator(), refusals, AccessRequirement.NONE)
                                .inFrontOf(logout))));
        identity.administration().forEach((path, handler) -> {
            ProxyFilter admission = new AuthenticateFilter(
                    identity.authenticator(), refusals, AccessRequirement.of(List.of(UserDirectory.ADMIN), List.of()));
            String name = path.substring("/api/".length()).replace('/', '-');
            entries.add(
                    entry(name, "* " + path + "/**", new RoomFilter(buffers).inFrontOf(admission.inFrontOf(handler))));
        });
        RateLimiter all = limits.limiter();
        ProxyHandler me = new MeHandler(call -> all.look(call).thenApply(LimitJson::of));
        entries.add(entry(
                "me",
                "GET /api/me",
                new AuthenticateFilter(identity.authenticator(), refusals, AccessRequirement.NONE).inFrontOf(me)));
        identity.publicKeys()
                .ifPresent(keys -> entries.add(entry("signing-keys", "GET " + Descriptions.SIGNING_KEYS, keys)));
        entries.add(entry("livez", "GET /livez", health.live()));
        entries.add(entry("readyz", "GET /readyz", health.ready(false)));
        ApiDescription api = new ApiDescription(
                "inference-proxy",
                Version.current(),
                options.server().baseUrl(),
                problemBase(),
                identity.takesKeys(),
                operations);
        List<Page> pages = new ArrayList<>();
        pages.addAll(DocsPages.of(options.docs(), api.title(), List.of("/api/login", "/login"), workers));
        pages.addAll(OpenApiPages.of(options.docs(), api, workers));
        pages.addAll(ProblemPages.of(options.problems(), workers));
        pages.addAll(IndexPage.of(options.index(), api.title(), options.docs(), options.problems(), workers));
        pages.addAll(slashed(options.docs(), options.problems()));
        pages.forEach(page ->
                entries.add(entry("pages", "GET " + page.path(), new RoomFilter(buffers).inFrontOf(page.handler()))));
        return entries;
    }

    /** A path that people type with a slash at its end leads to the one without. */
    private static List<Page> slashed(PageOptions... groups) {
        List<Page> pages = new ArrayList<>();
        for (PageOptions group : groups) {
            if (group.enabled() && group.path().length() > 1) {
                ProxyResponse there = ProxyResponse.empty(308).withHeader("Location", group.path());
                pages.add(new Page(group.path() + "/", call -> CompletableFuture.completedFuture(there)));
            }
        }
        return pages;
    }

    private static RouteEntry entry(String name, String match, ProxyHandler handler) {
        return new RouteEntry(name, RouteMatch.parse(match), ApiStyle.NATIVE, handler);
    }

    private List<UpstreamGroup> usedGroups() {
        return options.servedRoutes().values().stream()
                .map(RouteOptions::upstream)
                .distinct()
                .map(upstreams::group)
                .toList();
    }

    /** How connections to upstreams with TLS are secured, each way once. */
    Set<UpstreamTls> securedUpstreams() {
        return options.usedUpstreams().keySet().stream()
                .flatMap(name -> upstreams.group(name).addresses().stream())
                .filter(UpstreamAddress::secure)
                .map(UpstreamAddress::tls)
                .collect(Collectors.toSet());
    }

    private static Function<ProxyCall, CompletionStage<Usability>> readiness(UpstreamReadiness upstreams) {
        return call -> upstreams.check(call.io()).thenApply(found -> {
            StringBuilder details = new StringBuilder();
            found.usable()
                    .forEach(name -> details.append("upstream ").append(name).append(" ok\n"));
            found.unusable()
                    .forEach(name -> details.append("upstream ").append(name).append(" unreachable\n"));
            return new Usability(found.isReady(), details.toString());
        });
    }

    private FailureLimit failureLimit(Allowance allowance) {
        if (allowance.window().isEmpty()) {
            return FailureLimit.NONE;
        }
        FailureCounter counter = new FailureCounter(allowance, parts.ticker());
        return new FailureLimit() {
            @Override
            public Optional<Duration> tryCharge(String key) {
                return counter.tryCharge(key);
            }

            @Override
            public void giveBack(String key) {
                counter.giveBack(key);
            }
        };
    }

    private String problemBase() {
        return options.server().baseUrl() + options.problems().path() + "/";
    }

    HealthPages health() {
        return health;
    }

    Observation observation() {
        return observation;
    }

    Executor workers() {
        return workers;
    }

    /** What must be done every second. */
    List<Runnable> chores() {
        return identity.chores();
    }

    Authenticator authenticator() {
        return identity.authenticator();
    }

    /** Lets go of the audit trail, if it is ours. */
    void closeTrail() {
        if (parts.auditor().isEmpty()) {
            auditor.close();
        }
    }

    /** Takes leave of those who share limits with us. */
    void closeLimits() {
        limits.sharing().ifPresent(SharedLimits::close);
    }

    List<WatchedStore> stores() {
        return identity.stores().watched();
    }

    FailureLimit refusals() {
        return refusals;
    }
}
