package io.inferenceproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.docs.PageOptions;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.observe.LoggingOptions;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.validate.ValidationOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyOptionsTest {

    private static final ProxyOptions DEFAULT = ProxyOptions.DEFAULT;
    private static final RouteOptions ROUTE = RouteOptions.of(RouteMatch.parse("POST /x"));

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULT)
                .isEqualTo(new ProxyOptions(
                        ServerOptions.DEFAULT,
                        AdminOptions.DEFAULT,
                        Map.of("default", UpstreamOptions.DEFAULT),
                        Optional.empty(),
                        Map.of(
                                "inference",
                                RouteOptions.of(RouteMatch.parse("POST /api/inference/**"))
                                        .withTo(Optional.of(""))),
                        AuthOptions.DEFAULT,
                        Map.of("per-user", LimitPolicyOptions.DEFAULT),
                        JournalOptions.DEFAULT,
                        ValidationOptions.DEFAULT,
                        new PageOptions(true, "/docs"),
                        new PageOptions(true, "/problems"),
                        new PageOptions(true, "/"),
                        LoggingOptions.DEFAULT,
                        AuditOptions.DEFAULT,
                        DatabaseOptions.DEFAULT,
                        RedisOptions.DEFAULT));
    }

    @Test
    void aQuarterOfTheHeapMayBeBufferedUnlessConfigured() {
        long heap = Runtime.getRuntime().maxMemory();

        assertThat(DEFAULT.bufferBound().bytes()).isBetween(heap / 4 - (1 << 20), heap / 4);
        assertThat(buffering(3).bufferBound()).isEqualTo(DataSize.ofMegabytes(3));
    }

    @Test
    void contentThatARouteTakesMustFitIntoWhatMayBeBuffered() {
        RouteOptions large = ROUTE.withMaxBody(Optional.of(DataSize.ofMegabytes(4)));

        assertThatThrownBy(() -> buffering(3).withRoutes(Map.of("x", large)).bufferBound())
                .hasMessage("server.max-buffered: 3MB (expected: at least 4MB, the largest max-body)");
        assertThatThrownBy(() ->
                        buffering(3).withPreset(Optional.of(Preset.OPENAI)).bufferBound())
                .hasMessageContaining("at least 32MB");
        assertThat(buffering(3)
                        .withRoutes(Map.of("x", large.withBody(BodyRule.ANY)))
                        .bufferBound())
                .as("it passes, and is not held as a whole")
                .isEqualTo(DataSize.ofMegabytes(3));
    }

    private static ProxyOptions buffering(long megabytes) {
        return DEFAULT.withServer(ServerOptions.DEFAULT.withMaxBuffered(DataSize.ofMegabytes(megabytes)));
    }

    @Test
    void changesOneThingAtATime() {
        ServerOptions server = ServerOptions.DEFAULT.withPort(1);
        AdminOptions admin = AdminOptions.DEFAULT.withPort(2);
        Map<String, UpstreamOptions> upstreams = Map.of("default", UpstreamOptions.DEFAULT.withMaxInFlight(3));
        AuthOptions auth = AuthOptions.DEFAULT.withTokenCache(4);
        JournalOptions journal = JournalOptions.DEFAULT.withEnabled(false);
        ValidationOptions validation = ValidationOptions.DEFAULT.withMaxDepth(5);
        PageOptions off = PageOptions.at("/off").withEnabled(false);
        LoggingOptions logging = LoggingOptions.DEFAULT.withAccess(false);
        AuditOptions audit = AuditOptions.DEFAULT.withSync(true);
        DatabaseOptions database = DatabaseOptions.DEFAULT.withUrl("jdbc:h2:mem:x");
        RedisOptions redis = RedisOptions.DEFAULT.withUrl("redis://redis");

        ProxyOptions changed = DEFAULT.withServer(server)
                .withAdmin(admin)
                .withUpstreams(upstreams)
                .withPreset(Optional.of(Preset.OIP))
                .withRoutes(Map.of("x", ROUTE))
                .withAuth(auth)
                .withLimits(Map.of())
                .withLimitsJournal(journal)
                .withValidation(validation)
                .withDocs(off)
                .withProblems(off)
                .withIndex(off)
                .withLogging(logging)
                .withAudit(audit)
                .withDatabase(database)
                .withRedis(redis);

        assertThat(changed)
                .isEqualTo(new ProxyOptions(
                        server,
                        admin,
                        upstreams,
                        Optional.of(Preset.OIP),
                        Map.of("x", ROUTE),
                        auth,
                        Map.of(),
                        journal,
                        validation,
                        off,
                        off,
                        off,
                        logging,
                        audit,
                        database,
                        redis));
    }

    @Test
    void aRouteLeadsToAnUpstreamAndToLimitsThatThereAre() {
        assertThatThrownBy(() -> DEFAULT.withRoutes(Map.of("x", ROUTE.withUpstream("gone"))))
                .hasMessage("routes.x.upstream: gone (expected: one of [default])");
        assertThatThrownBy(() -> DEFAULT.withRoutes(Map.of("x", ROUTE.withLimits(Optional.of(List.of("gone"))))))
                .hasMessage("routes.x.limits: gone (expected: one of [per-user])");
    }

    @Test
    void namesArePlain() {
        assertThatThrownBy(() -> DEFAULT.withRoutes(Map.of("X y", ROUTE))).hasMessageStartingWith("routes: X y (");
        assertThatThrownBy(() -> DEFAULT.withLimits(Map.of("\"", LimitPolicyOptions.DEFAULT)))
                .hasMessageStartingWith("limits: \" (");
        assertThatThrownBy(() -> DEFAULT.withUpstreams(Map.of("-", UpstreamOptions.DEFAULT)))
                .hasMessageStartingWith("upstreams: - (");
    }
}
