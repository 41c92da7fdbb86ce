package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.cost.AnswerMeter;
import io.inferenceproxy.cost.JsonPlace;
import io.inferenceproxy.cost.JsonPlaces;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.server.Http2Options;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream says of its cost is read while the answer passes, and the client cannot tell. */
class MeteredAnswerTest {

    private static final JsonPlace TOTAL = JsonPlace.ofNumber("/usage/total_tokens");
    private static final JsonPlace INPUT = JsonPlace.ofLength("/input");
    private static final JsonPlace MODEL = JsonPlace.ofText("/model");
    private static final List<String> COMPLETION = List.of(
            "data: {\"choices\":[{\"delta\":{\"content\":\"Take \\\"rest\"}}],\"usage\":null}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\" {usage}\"}}],\"usage\":null}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":21}}\n\n",
            "data: [DONE]\n\n");

    /** What the meter said when the call had ended. */
    private final Queue<OptionalLong> totals = new ConcurrentLinkedQueue<>();

    /** What the request said: how many inputs, for which model. */
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    private Bench start() {
        return Bench.start(this::metered);
    }

    private ProxyServerBuilder metered(ProxyServerBuilder builder) {
        return builder.filterBeforeUpstream(this::meter);
    }

    private CompletionStage<ProxyResponse> meter(ProxyCall call, ProxyHandler next) {
        var request = JsonPlaces.of(INPUT, MODEL).valuesIn(call.request().body());
        asked.add(
                request.number(INPUT).orElse(-1) + " for " + request.text(MODEL).orElse("none"));
        AnswerMeter meter = new AnswerMeter(JsonPlaces.of(TOTAL));
        call.onAnswer(meter::watching);
        call.onEnd(end -> totals.add(meter.values().number(TOTAL)));
        return next.handle(call);
    }

    private OptionalLong awaitTotal() {
        return Bench.soon().until(totals::poll, found -> found != null);
    }

    /** Reads as many bytes as the text has. */
    private static Bytes read(RawClient client, String text) throws IOException {
        Bytes all = Bytes.EMPTY;
        while (all.length() < Bytes.ofUtf8(text).length()) {
            all = all.plus(client.readChunk().orElseThrow(() -> new AssertionError("the body ended early")));
        }
        return all;
    }

    @Test
    void eachEventOfACompletionArrivesAsItIsBeforeTheNextIsSent() throws Exception {
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send(COMPLETION.get(0));
            client.readHead();
            assertThat(read(client, COMPLETION.get(0))).isEqualTo(Bytes.ofUtf8(COMPLETION.get(0)));
            for (String event : COMPLETION.subList(1, COMPLETION.size())) {
                stream.send(event);
                assertThat(read(client, event)).isEqualTo(Bytes.ofUtf8(event));
            }
            stream.end();

            assertThat(client.readRest().body()).isEqualTo(Bytes.ofUtf8(String.join("", COMPLETION)));
            assertThat(awaitTotal()).hasValue(21);
        }
    }

    @Test
    void eventsMayBeCutAnywhere() throws Exception {
        String whole = String.join("", COMPLETION);
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            for (int at = 0; at < whole.length(); at += 7) {
                stream.send(whole.substring(at, Math.min(at + 7, whole.length())));
            }
            stream.end();

            assertThat(client.readResponse().body()).isEqualTo(Bytes.ofUtf8(whole));
            assertThat(awaitTotal()).hasValue(21);
        }
    }

    @Test
    void overHttp2TooTheUsageIsRead() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        metered(builder).listen(server -> server.withHttp2(Http2Options.DEFAULT.withH2c(true))));
                Http2Client client = Http2Client.connect(bench.proxy.uri().getPort())) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            COMPLETION.forEach(stream::send);
            stream.end();

            assertThat(client.call("/api/inference", "{}").text()).isEqualTo(String.join("", COMPLETION));
            assertThat(awaitTotal()).hasValue(21);
        }
    }

    @Test
    void ofAStreamThatIsCutCountsWhatCame() throws Exception {
        String first = "data: {\"usage\":{\"total_tokens\":5}}\n\n";
        String half = "data: {\"usage\":{\"total_tokens\":67";
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send(first + half);
            client.readHead();
            read(client, first + half);
            stream.die();

            assertThat(client.readRest().text()).startsWith(first + half + "\nevent: error\n");
            assertThat(awaitTotal()).as("not the number that was cut").hasValue(5);
        }
    }

    @Test
    void ofAClientThatLeavesCountsWhatCameUntilThen() throws Exception {
        String first = "data: {\"usage\":{\"total_tokens\":5}}\n\n";
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send(first);
            client.readHead();
            read(client, first);
            client.reset();

            assertThat(awaitTotal()).hasValue(5);
        }
    }

    @Test
    void whatIsCodedPassesUnread() throws Exception {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write("{\"usage\":{\"total_tokens\":5}}".getBytes(StandardCharsets.UTF_8));
        }
        Bytes body = Bytes.of(coded.toByteArray());
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(
                    Answer.json("").withHeader("Content-Encoding", "gzip").withBody(body));

            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.header("Content-Encoding")).contains("gzip");
            assertThat(answer.body()).isEqualTo(body);
            assertThat(awaitTotal()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LENGTH", "CHUNKED"})
    void aLargeAnswerComesByteForByte(String framing) throws Exception {
        String json = "{\"data\":[" + "{\"embedding\":[0.25,-1.5e-3],\"text\":\"]}\\\"\"},".repeat(20_000)
                + "null],\"usage\":{\"total_tokens\":1234}}";
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json(json).withFraming(BodyFraming.valueOf(framing)));

            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.body()).isEqualTo(Bytes.ofUtf8(json));
            assertThat(awaitTotal()).hasValue(1234);
        }
    }

    @Test
    void aProblemOfTheProxyItselfSaysNothing() throws Exception {
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.RESET_AFTER_REQUEST);

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
            assertThat(awaitTotal()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 30_000})
    void whatARequestAsksForIsReadFromItsGatheredBodyWhichGoesOn(int inputs) throws Exception {
        String json = "{\"model\":\"small\",\"input\":[" + "\"a,b\",".repeat(inputs - 1) + "\"c\"]}";
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));
            int third = json.length() / 3;

            client.send(RawRequest.post("/api/inference")
                            .header("Content-Type", "application/json")
                            .chunks(json.substring(0, third), json.substring(third)))
                    .readResponse();

            assertThat(asked).containsExactly(inputs + " for small");
            assertThat(bench.upstream.awaitRequest(SOON).bodySha256())
                    .isEqualTo(Bytes.ofUtf8(json).sha256());
        }
    }

    @Test
    void aBodyThatIsStreamedToTheUpstreamIsLeftAlone() throws Exception {
        try (Bench bench = start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            client.send(RawRequest.post("/raw").json("{\"input\":[1]}")).readResponse();

            assertThat(asked).containsExactly("-1 for none");
            assertThat(bench.upstream.awaitRequest(SOON).bodyText()).isEqualTo("{\"input\":[1]}");
        }
    }
}
