package io.inferenceproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages for operators, for callers who are not on this machine. */
class AdminPagesTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, GET, /metrics, '', 200",
        "127.0.0.1, POST, /drain, '', 202",
        "192.0.2.7, GET, /livez, '', 200",
        "192.0.2.7, GET, /metrics, '', 401",
        "192.0.2.7, GET, /metrics, user, 403",
        "192.0.2.7, GET, /metrics, admin, 200",
        "192.0.2.7, POST, /drain, '', 401",
        "192.0.2.7, POST, /drain, user, 403",
        "192.0.2.7, POST, /drain, admin, 202"
    })
    void whoIsElsewhereNeedsTheRoleAdminButForOpenPages(
            String address, String method, String path, String role, int status) throws Exception {
        AtomicInteger drains = new AtomicInteger();
        try (ProxyPipeline pipeline = ProxyServer.builder(ProxyOptions.DEFAULT)
                .admin(admin -> admin.withOpen(List.of("livez")))
                .authenticator(AdminPagesTest::byRole)
                .openPipeline()) {
            ProxyOptions options =
                    ProxyOptions.DEFAULT.withAdmin(ProxyOptions.DEFAULT.admin().withOpen(List.of("livez")));
            FrontDoor door = AdminPages.frontDoor(
                    options, pipeline.assembly(), Ticker.system(), drains::incrementAndGet, Optional.empty());
            ProxyRequest request = new ProxyRequest(
                    method,
                    RequestTarget.parse(path),
                    "localhost",
                    false,
                    "1.1",
                    new InetSocketAddress(address, 50_000),
                    Headers.of("X-Requested-With", "test", "X-Role", role, "X-Forwarded-For", "127.0.0.1"),
                    Body.empty());

            assertThat(door.handle(door.arrived(request, new StepScheduler()))
                            .toCompletableFuture()
                            .join()
                            .status())
                    .isEqualTo(status);
            assertThat(drains).hasValue(status == 202 ? 1 : 0);
        }
    }

    private static CompletableFuture<Authentication> byRole(ProxyCall call) {
        String role = call.request().headers().first("X-Role").orElse("");
        return CompletableFuture.completedFuture(
                role.isEmpty()
                        ? new Authentication.Missing()
                        : new Authentication.Accepted(
                                new Caller.Identified("test", false, "someone", Set.of(role), Set.of(), Instant.MAX)));
    }
}
