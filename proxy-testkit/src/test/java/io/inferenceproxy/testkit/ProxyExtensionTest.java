package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.ProxyServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

class ProxyExtensionTest {

    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final ExtensionContext CONTEXT = (ExtensionContext) Proxy.newProxyInstance(
            ProxyExtensionTest.class.getClassLoader(),
            new Class<?>[] {ExtensionContext.class},
            (context, method, values) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private final Optional<UncaughtExceptionHandler> handler =
            Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler());

    @AfterEach
    void restoreTheHandler() {
        assertThat(Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler()))
                .isEqualTo(handler);
    }

    @Test
    void aTestThatLeavesAllInOrderPasses() throws Exception {
        ProxyExtension proxy = begun(builder -> builder);

        RawResponse response = proxy.client().send(call(proxy)).readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().requests())
                .singleElement()
                .extracting(ReceivedRequest::target)
                .isEqualTo("/predict");
        String id = response.header("X-Request-Id").orElseThrow();
        assertThat(proxy.awaitReport(id).subject()).isEqualTo("alice");
        assertThat(proxy.reports()).hasSize(1);
        assertThatCode(() -> proxy.afterEach(CONTEXT)).doesNotThrowAnyException();
    }

    @Test
    void timeStandsStillUntilItIsAdvanced() throws Exception {
        ProxyExtension proxy = begun(builder -> builder.limits("1 per hour"));
        RawClient client = proxy.client();
        assertThat(client.send(call(proxy)).readResponse().status()).isEqualTo(200);
        assertThat(client.send(call(proxy)).readResponse().status()).isEqualTo(429);
        RawRequest withOldToken = call(proxy);

        proxy.time().advance(Duration.ofHours(1));

        assertThat(client.send(call(proxy)).readResponse().status()).isEqualTo(200);
        proxy.time().advance(Duration.ofDays(1));
        assertThat(client.send(withOldToken).readResponse().status()).isEqualTo(401);
        proxy.afterEach(CONTEXT);
    }

    @Test
    void aCallThatIsLeftUnderWayFailsTheTest() throws Exception {
        ProxyExtension proxy = begun(builder -> builder);
        proxy.upstream().on("/predict", Fault.SILENCE);
        try (RawClient own = RawClient.connect(proxy.uri())) {
            own.send(call(proxy));
            proxy.upstream().awaitRequest(Duration.ofSeconds(5));

            assertThatThrownBy(() -> proxy.afterEach(CONTEXT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("http.server.active_requests")
                    .hasMessageContaining("inference.proxy.upstream.in.flight");
        }
    }

    @Test
    void anErrorInTheLogFailsTheTest() throws Exception {
        ProxyExtension proxy = begun(ProxyExtensionTest::broken);

        assertThat(proxy.client().send(call(proxy)).readResponse().status()).isEqualTo(500);

        assertThatThrownBy(() -> proxy.afterEach(CONTEXT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("logged by io.inferenceproxy.error");
    }

    @Test
    void anErrorThatIsExpectedDoesNot() throws Exception {
        ProxyExtension proxy = begun(ProxyExtensionTest::broken);
        proxy.expectErrors();

        assertThat(proxy.client().send(call(proxy)).readResponse().status()).isEqualTo(500);

        assertThatCode(() -> proxy.afterEach(CONTEXT)).doesNotThrowAnyException();
    }

    @Test
    void aThreadOfOursThatDiesFailsTheTest() throws Exception {
        ProxyExtension proxy = begun(builder -> builder);
        Thread ours = new Thread(
                () -> {
                    throw new IllegalStateException("on purpose");
                },
                "inference-proxy-test");

        ours.start();
        ours.join();

        assertThatThrownBy(() -> proxy.afterEach(CONTEXT))
                .hasMessageContaining("uncaught in thread inference-proxy-test");
    }

    @Test
    void aBreachOfTheProtocolFailsTheTest() throws Exception {
        ProxyExtension proxy = begun(builder -> builder);
        try (RawClient client = RawClient.connect(proxy.upstream().port())) {
            client.send("nonsense\r\n\r\n").readResponse();
        }

        assertThatThrownBy(() -> proxy.afterEach(CONTEXT)).hasMessageContaining("sent to the upstream: ");
    }

    @Test
    void aBufferThatNobodyReleasesFailsTheTest() {
        ProxyExtension proxy = begun(builder -> builder);
        ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(16);
        try {
            assertThat(BufferLeaks.areTracked()).isTrue();
            assertThatThrownBy(() -> proxy.afterEach(CONTEXT)).hasMessageContaining("buffers that nobody released");
        } finally {
            lost.release();
            // The detector also tells once of a buffer that is released after all.
            assertThat(BufferLeaks.found()).isPresent();
        }
    }

    @Test
    void inAStaticFieldTheTestsShareOneProxyAndForgetWhatWas() throws Exception {
        ProxyExtension proxy = ProxyExtension.create();
        proxy.beforeAll(CONTEXT);
        proxy.beforeEach(CONTEXT);
        int port = proxy.uri().getPort();
        proxy.upstream().on("/predict", Answer.text("scripted"));
        assertThat(proxy.client().send(call(proxy)).readResponse().text()).isEqualTo("scripted");
        proxy.afterEach(CONTEXT);

        proxy.beforeEach(CONTEXT);

        assertThat(proxy.uri().getPort()).isEqualTo(port);
        assertThat(proxy.upstream().requests()).isEmpty();
        assertThat(proxy.reports()).isEmpty();
        assertThat(proxy.client().send(call(proxy)).readResponse().text()).contains("bodyBase64");
        proxy.afterEach(CONTEXT);
        proxy.afterAll(CONTEXT);
        assertThatIllegalStateException().isThrownBy(proxy::uri);
    }

    private static ProxyExtension begun(UnaryOperator<ProxyServerBuilder> customization) {
        ProxyExtension proxy = new ProxyExtension(customization, PATIENCE);
        proxy.beforeEach(CONTEXT);
        return proxy;
    }

    private static ProxyServerBuilder broken(ProxyServerBuilder builder) {
        return builder.filterBeforeUpstream((call, next) -> {
            throw new IllegalStateException("on purpose");
        });
    }

    private static RawRequest call(ProxyExtension proxy) {
        return RawRequest.post("/api/inference")
                .header("Authorization", "Bearer " + proxy.token("alice"))
                .json("{}");
    }
}
