package io.inferenceproxy;

import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.UserStore;
import io.inferenceproxy.docs.PageOptions;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.observe.CallObserver;
import io.inferenceproxy.observe.LoggingOptions;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.validate.ValidationOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Gathers the options of a proxy, and the behaviour that no file can hold. Each option is derived from its present value,
 * so {@code listen(listen -> listen.withPort(8080))} leaves the rest as it was.
 *
 * <p>Not safe for many threads; can start several proxies.
 */
public final class ProxyServerBuilder {

    private static final String DEFAULT_UPSTREAM = "default";
    static final String DEFAULT_POLICY = "per-user";

    private ProxyOptions options;
    private Optional<Authenticator> authenticator = Optional.empty();
    private Optional<UserStore> users = Optional.empty();
    private Optional<KeyStore> keys = Optional.empty();
    private Optional<SessionStore> sessions = Optional.empty();
    private Optional<Auditor> auditor = Optional.empty();
    private final List<ProxyFilter> outer = new ArrayList<>();
    private final List<ProxyFilter> inner = new ArrayList<>();
    private final List<CallObserver> observers = new ArrayList<>();
    private Optional<MeterRegistry> registry = Optional.empty();
    private Ticker ticker = Ticker.system();
    private Optional<Supplier<ProxyOptions>> source = Optional.empty();
    private boolean adminChosen;

    ProxyServerBuilder(ProxyOptions options) {
        this.options = options;
    }

    /** Changes any of the options. */
    public ProxyServerBuilder options(UnaryOperator<ProxyOptions> change) {
        options = change.apply(options);
        return this;
    }

    /** The listener that callers reach. */
    public ProxyServerBuilder listen(UnaryOperator<ServerOptions> change) {
        return options(all -> all.withServer(change.apply(all.server())));
    }

    /** The listener for operators. Until this is called its port is nobody's wish: when it is taken, a free one will do. */
    public ProxyServerBuilder admin(UnaryOperator<AdminOptions> change) {
        adminChosen = true;
        return options(all -> all.withAdmin(change.apply(all.admin())));
    }

    /** The upstream {@code default}. */
    public ProxyServerBuilder upstream(UnaryOperator<UpstreamOptions> change) {
        return upstream(DEFAULT_UPSTREAM, change);
    }

    /** An upstream by its name; a new one begins with the defaults. */
    public ProxyServerBuilder upstream(String name, UnaryOperator<UpstreamOptions> change) {
        return options(all -> all.withUpstreams(changed(all.upstreams(), name, UpstreamOptions.DEFAULT, change)));
    }

    /** The routes of a well-known API, beside those that are configured. */
    public ProxyServerBuilder preset(Preset preset) {
        return options(all -> all.withPreset(Optional.of(preset)));
    }

    /** Adds a route, or takes the place of the one of that name. */
    public ProxyServerBuilder route(String name, RouteOptions route) {
        return options(all -> all.withRoutes(changed(all.routes(), name, route, given -> route)));
    }

    /** All routes, in place of the default one. */
    public ProxyServerBuilder routes(Map<String, RouteOptions> routes) {
        return options(all -> all.withRoutes(routes));
    }

    /** Who may call. */
    public ProxyServerBuilder auth(UnaryOperator<AuthOptions> change) {
        return options(all -> all.withAuth(change.apply(all.auth())));
    }

    /** The limits for each caller, such as {@code "50 per hour"} or {@code "4 at once"}; none switches them off. */
    public ProxyServerBuilder limits(String... windows) {
        if (windows.length == 0) {
            Map<String, LimitPolicyOptions> rest = new LinkedHashMap<>(options.limits());
            rest.remove(DEFAULT_POLICY);
            return options(all -> all.withLimits(rest));
        }
        return limit(DEFAULT_POLICY, policy -> policy.withLimits(windows));
    }

    /** A limit policy by its name; a new one begins with the defaults. */
    public ProxyServerBuilder limit(String name, UnaryOperator<LimitPolicyOptions> change) {
        return options(all -> all.withLimits(changed(all.limits(), name, LimitPolicyOptions.DEFAULT, change)));
    }

    /** How what callers were charged outlives the process; nothing does until a file is named. */
    public ProxyServerBuilder limitsJournal(UnaryOperator<JournalOptions> change) {
        return options(all -> all.withLimitsJournal(change.apply(all.limitsJournal())));
    }

    /** What content must be like. */
    public ProxyServerBuilder validation(UnaryOperator<ValidationOptions> change) {
        return options(all -> all.withValidation(change.apply(all.validation())));
    }

    /** The page to read and try the API. */
    public ProxyServerBuilder docs(UnaryOperator<PageOptions> change) {
        return options(all -> all.withDocs(change.apply(all.docs())));
    }

    /** The pages that explain each problem. */
    public ProxyServerBuilder problems(UnaryOperator<PageOptions> change) {
        return options(all -> all.withProblems(change.apply(all.problems())));
    }

    /** The short page that links the others. */
    public ProxyServerBuilder index(UnaryOperator<PageOptions> change) {
        return options(all -> all.withIndex(change.apply(all.index())));
    }

    /** What is logged. */
    public ProxyServerBuilder logging(UnaryOperator<LoggingOptions> change) {
        return options(all -> all.withLogging(change.apply(all.logging())));
    }

    /** The trail of what was done with identities. */
    public ProxyServerBuilder audit(UnaryOperator<AuditOptions> change) {
        return options(all -> all.withAudit(change.apply(all.audit())));
    }

    /** The database that users, keys and sessions live in. */
    public ProxyServerBuilder database(UnaryOperator<DatabaseOptions> change) {
        return options(all -> all.withDatabase(change.apply(all.database())));
    }

    /** Where limits are counted, when several proxies share them. */
    public ProxyServerBuilder redis(UnaryOperator<RedisOptions> change) {
        return options(all -> all.withRedis(change.apply(all.redis())));
    }

    /** Finds out who makes a call, in place of the check of our own tokens. */
    public ProxyServerBuilder authenticator(Authenticator own) {
        authenticator = Optional.of(own);
        return this;
    }

    /** Where users are kept, in place of the users file. */
    public ProxyServerBuilder users(UserStore own) {
        users = Optional.of(own);
        return this;
    }

    /** Where API keys are kept, in place of the keys file. */
    public ProxyServerBuilder keys(KeyStore own) {
        keys = Optional.of(own);
        return this;
    }

    /** Where sessions and revocations are kept, in place of the sessions file or of memory. */
    public ProxyServerBuilder sessions(SessionStore own) {
        sessions = Optional.of(own);
        return this;
    }

    /** Takes what belongs into the audit trail, in place of the audit file. */
    public ProxyServerBuilder auditor(Auditor own) {
        auditor = Optional.of(own);
        return this;
    }

    /** Adds a filter that sees every call on a route, before authentication. */
    public ProxyServerBuilder filterBeforeAuthentication(ProxyFilter filter) {
        outer.add(filter);
        return this;
    }

    /** Adds a filter that sees calls that are admitted and valid, before the upstream. */
    public ProxyServerBuilder filterBeforeUpstream(ProxyFilter filter) {
        inner.add(filter);
        return this;
    }

    /** Adds an observer that learns of every call when it has ended. */
    public ProxyServerBuilder observer(CallObserver observer) {
        observers.add(observer);
        return this;
    }

    /** Where the metrics go; {@code /metrics} serves them when it is one that Prometheus can read. */
    public ProxyServerBuilder meterRegistry(MeterRegistry own) {
        registry = Optional.of(own);
        return this;
    }

    /** The clock of tokens, limits and reports. */
    public ProxyServerBuilder ticker(Ticker own) {
        ticker = own;
        return this;
    }

    /**
     * Where options are read anew by {@link ProxyServer#reload()} and {@code POST /reload} of the admin listener, which is not
     * there otherwise. What it reads are all the options, not only those that changed.
     *
     * @param reads throws an {@link IllegalArgumentException} that says what is wrong; may block
     */
    public ProxyServerBuilder reloadFrom(Supplier<ProxyOptions> reads) {
        source = Optional.of(reads);
        return this;
    }

    /**
     * Starts the proxy.
     *
     * @throws IllegalArgumentException when options contradict each other or a file that they name is wrong
     * @throws java.io.UncheckedIOException when a port is taken or a file cannot be read
     */
    public ProxyServer start() {
        return ProxyServer.start(
                options, parts(), adminChosen || !options.admin().equals(AdminOptions.DEFAULT));
    }

    /** The same without listeners, for mounting in a server of another kind. */
    public ProxyPipeline openPipeline() {
        return ProxyPipeline.open(options, parts());
    }

    private Parts parts() {
        return new Parts(
                authenticator,
                users,
                keys,
                sessions,
                auditor,
                List.copyOf(outer),
                List.copyOf(inner),
                List.copyOf(observers),
                registry,
                ticker,
                source);
    }

    private static <T> Map<String, T> changed(Map<String, T> map, String name, T initial, UnaryOperator<T> change) {
        Map<String, T> changed = new LinkedHashMap<>(map);
        changed.put(name, change.apply(changed.getOrDefault(name, initial)));
        return changed;
    }
}
