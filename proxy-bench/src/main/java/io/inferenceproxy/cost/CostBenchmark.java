package io.inferenceproxy.cost;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to read the cost from content that passes: 32 KB of JSON of several kinds, and
 * one event of a streamed completion.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CostBenchmark {

    private static final int SIZE = 32 << 10;
    private static final JsonPlace TOTAL = JsonPlace.ofNumber("/usage/total_tokens");
    private static final JsonPlace INPUT = JsonPlace.ofLength("/input");

    private final JsonPlaces total = JsonPlaces.of(TOTAL);
    private final JsonPlaces input = JsonPlaces.of(INPUT);
    private final byte[] text = content("{\"text\":\"", "the patient has had fever and cough ", "\"");
    private final byte[] numbers = content("{\"data\":[", "0.12345678,", "0]");
    private final byte[] tokens =
            content("{\"logprobs\":[", "{\"token\":\" the\",\"logprob\":-0.25,\"bytes\":[32,116]},", "0]");
    private final byte[] inputs = content("{\"input\":[", "\"a short text of forty letters or so\",", "\"\"]");
    private final byte[] ids = content("{\"input\":[", "1234,", "0]");
    private final byte[] event = """
            data: {"id":"chatcmpl-8a7f","object":"chat.completion.chunk","created":1732360000,"model":"small",\
            "choices":[{"index":0,"delta":{"content":" the"},"logprobs":null,"finish_reason":null}],"usage":null}

            """.getBytes(StandardCharsets.UTF_8);
    private final EventValueReader stream = new EventValueReader(total);

    private static byte[] content(String before, String repeated, String behind) {
        String usage = ",\"usage\":{\"prompt_tokens\":9,\"total_tokens\":21}}";
        int times = (SIZE - before.length() - behind.length() - usage.length()) / repeated.length();
        return (before + repeated.repeat(times) + behind + usage).getBytes(StandardCharsets.UTF_8);
    }

    /** The usage behind one long text. */
    @Benchmark
    public long text() {
        return read(total, TOTAL, text);
    }

    /** The usage behind an embedding. */
    @Benchmark
    public long numbers() {
        return read(total, TOTAL, numbers);
    }

    /** The usage behind many small objects. */
    @Benchmark
    public long tokens() {
        return read(total, TOTAL, tokens);
    }

    /** How many texts there are. */
    @Benchmark
    public long inputs() {
        return read(input, INPUT, inputs);
    }

    /** How many numbers there are. */
    @Benchmark
    public long ids() {
        return read(input, INPUT, ids);
    }

    /** One event more of a stream, without usage. */
    @Benchmark
    public JsonValues event() {
        stream.feed(event, 0, event.length);
        return stream.values();
    }

    private static long read(JsonPlaces places, JsonPlace place, byte[] content) {
        JsonValueReader reader = new JsonValueReader(places);
        reader.feed(content, 0, content.length);
        reader.end();
        return reader.values().number(place).orElse(-1);
    }

    public int eventSize() {
        return event.length;
    }
}
