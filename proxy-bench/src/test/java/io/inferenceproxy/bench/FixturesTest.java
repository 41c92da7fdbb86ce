package io.inferenceproxy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.units.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What the benchmarks measure with does what they think it does. */
class FixturesTest {

    private static final String ANSWER = "{\"label\":\"viral\"}";

    @Test
    void an_event_is_a_chunk_of_the_size_that_it_says() {
        ByteBuf out = Unpooled.buffer();

        EventFormat.write(out, 42);

        String text = out.toString(StandardCharsets.US_ASCII);
        assertThat(text).startsWith("87\r\ndata: {").endsWith("}\n\n\r\n").contains("~0000000000000000042");
        assertThat(text.indexOf("\n\n") + 2 - 4).isEqualTo(EventFormat.SIZE).isEqualTo(0x87);
    }

    @Test
    void a_reader_sees_the_events_of_each_stream_through_the_bare_proxy() throws Exception {
        try (EventSource source = new EventSource(0, 500, ANSWER);
                ProxyServer proxy = BareProxy.start("http://127.0.0.1:" + source.port());
                EventReader reader = new EventReader("/stream", "{}", List.of("a", "b"))) {
            reader.open(proxy.uri().getPort(), 3);

            String result = reader.closeStreams();

            assertThat(result).matches("requests=[1-9]\\d* seconds=\\S+ p50=\\S+ p99=\\S+ p999=\\S+");
        }
    }

    @Test
    void a_database_is_filled_and_what_is_told_is_revoked() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BufferedReader in = new BufferedReader(new StringReader("tokens user-000001\nuser user-000002\n"));

        IdentityDatabase.run("jdbc:h2:mem:benchmarks", 3, 3, in, new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(6)
                .endsWith("filled", "revoked", "revoked")
                .first(STRING)
                .startsWith("key ipx_");
    }

    @Test
    void a_reader_says_so_when_a_stream_is_refused() throws Exception {
        try (EventSource source = new EventSource(0, 500, ANSWER);
                EventReader reader = new EventReader("/no-such-stream", "{}", List.of("a"))) {
            // A short answer is no stream: the source keeps the connection, so the proxy in front of it must refuse.
            try (ProxyServer proxy = ProxyServer.inFrontOf("http://127.0.0.1:" + source.port())
                    .listen(listen -> listen.withPort(0))
                    .admin(admin -> admin.withEnabled(false))
                    .auth(auth -> auth.withSecret(Secret.of("a secret of at least thirty-two bytes")))
                    .start()) {
                assertThatThrownBy(() -> reader.open(proxy.uri().getPort(), 1))
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining("404");
            }
        }
    }
}
