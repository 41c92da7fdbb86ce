package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.testing.StepScheduler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontDoorTest {

    private static final String FIELD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final StepScheduler io = new StepScheduler();
    private final FrontDoor door = new FrontDoor(
            call -> CompletableFuture.completedFuture(ProxyResponse.empty(204)),
            (call, next) -> next.handle(call),
            new ClientAddresses(List.of()),
            io,
            "/problems/");

    @Test
    void aCallThatNamesNothingIsATraceOfItsOwnUnderOneIdentifier() {
        ProxyCall call = arrived();

        assertThat(call.id())
                .matches("[0-9a-f]{32}")
                .isEqualTo(call.traceParent().traceId());
    }

    @Test
    void callsOfOneTraceHaveIdentifiersOfTheirOwn() {
        ProxyCall first = arrived("traceparent", FIELD);
        ProxyCall second = arrived("traceparent", FIELD);

        assertThat(first.traceParent().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(first.id())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(second.id())
                .isNotEqualTo(first.traceParent().traceId());
    }

    @Test
    void theClientsOwnIdentifierIsTaken() {
        assertThat(arrived("X-Request-Id", "order:17").id()).isEqualTo("order:17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "${jndi:ldap}", "a\u007fb", "a\"b"})
    void anIdentifierThatIsNotAcceptableIsReplaced(String hostile) {
        assertThat(arrived("X-Request-Id", hostile).id()).matches("[0-9a-f]{32}");
    }

    private ProxyCall arrived(String... fields) {
        return door.arrived(
                new ProxyRequest(
                        "GET",
                        RequestTarget.ROOT,
                        "a",
                        false,
                        "1.1",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711),
                        Headers.of(fields),
                        Body.empty()),
                io);
    }
}
