package io.inferenceproxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Quorum;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteOptionsTest {

    private static final RouteMatch MATCH = RouteMatch.parse("POST /predict");
    private static final RouteOptions ROUTE = RouteOptions.of(MATCH);

    @Test
    void aRouteIsForCallersWhoSignedInAndTakesJsonUnlessItSaysOtherwise() {
        assertThat(ROUTE)
                .isEqualTo(new RouteOptions(
                        MATCH,
                        Optional.empty(),
                        "default",
                        RouteAccess.BEARER,
                        List.of(),
                        Quorum.ANY,
                        List.of(),
                        Quorum.ALL,
                        Map.of(),
                        Optional.empty(),
                        BodyRule.JSON,
                        Optional.empty(),
                        Optional.empty(),
                        ApiStyle.NATIVE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    @Test
    void changesOneThingAtATime() {
        RouteMatch match = RouteMatch.parse("GET /other");

        RouteOptions changed = ROUTE.withMatch(match)
                .withTo(Optional.of("/there"))
                .withUpstream("other")
                .withAuth(RouteAccess.BEARER)
                .withRoles(List.of("scientist"))
                .withRolesMatch(Quorum.ALL)
                .withScopes(List.of("predict"))
                .withScopesMatch(Quorum.ANY)
                .withClaims(Map.of("department", List.of("lab")))
                .withLimits(Optional.of(List.of("per-user")))
                .withBody(BodyRule.JSON)
                .withSchema(Optional.of(Path.of("s.json")))
                .withMaxBody(Optional.of(DataSize.ofBytes(1)))
                .withStyle(ApiStyle.OIP)
                .withConnectTimeout(Optional.of(Duration.ofSeconds(1)))
                .withFirstByteTimeout(Optional.of(Duration.ofSeconds(2)))
                .withStallTimeout(Optional.of(Duration.ofSeconds(3)))
                .withRepeatable(true);

        assertThat(changed)
                .isEqualTo(new RouteOptions(
                        match,
                        Optional.of("/there"),
                        "other",
                        RouteAccess.BEARER,
                        List.of("scientist"),
                        Quorum.ALL,
                        List.of("predict"),
                        Quorum.ANY,
                        Map.of("department", List.of("lab")),
                        Optional.of(List.of("per-user")),
                        BodyRule.JSON,
                        Optional.of(Path.of("s.json")),
                        Optional.of(DataSize.ofBytes(1)),
                        ApiStyle.OIP,
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Duration.ofSeconds(2)),
                        Optional.of(Duration.ofSeconds(3)),
                        true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"there", "/a b", "/a?q", "/a#f", "/a/**", "/ä"})
    void thePathAtTheUpstreamIsAPath(String to) {
        assertThatThrownBy(() -> ROUTE.withTo(Optional.of(to)))
                .hasMessage("to: " + to + " (expected: empty, or a path that starts with a slash)");
    }

    @Test
    void refusesWhatContradictsItself() {
        RouteOptions open = ROUTE.withAuth(RouteAccess.NONE);
        RouteOptions any = ROUTE.withBody(BodyRule.ANY);

        assertThatThrownBy(() -> open.withRoles(List.of("scientist")))
                .hasMessage("auth: none with roles, scopes or claims (expected: bearer, or none of these)");
        assertThatThrownBy(() -> open.withScopes(List.of("predict"))).hasMessageStartingWith("auth: none with");
        assertThatThrownBy(() -> open.withClaims(Map.of("a", List.of("b")))).hasMessageStartingWith("auth: none with");
        assertThatThrownBy(() -> ROUTE.withClaims(Map.of("a", List.of()))).hasMessageStartingWith("claims: a without");
        assertThatThrownBy(() -> any.withSchema(Optional.of(Path.of("s.json"))))
                .hasMessage("body: any with a schema (expected: json, or no schema)");
    }

    @Test
    void refusesWhatMakesNoSense() {
        Optional<Duration> none = Optional.of(Duration.ZERO);

        assertThatThrownBy(() -> ROUTE.withUpstream("No Name")).hasMessageStartingWith("upstream: No Name (expected: ");
        assertThatThrownBy(() -> ROUTE.withConnectTimeout(none)).hasMessageStartingWith("connect-timeout: 0s");
        assertThatThrownBy(() -> ROUTE.withFirstByteTimeout(none)).hasMessageStartingWith("first-byte-timeout: 0s");
        assertThatThrownBy(() -> ROUTE.withStallTimeout(none)).hasMessageStartingWith("stall-timeout: 0s");
    }
}
