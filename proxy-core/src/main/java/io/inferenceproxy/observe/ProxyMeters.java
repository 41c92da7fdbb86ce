package io.inferenceproxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Makes the meters of {@link ProxyMetric} in a registry, each with the name, unit, description and tags of the list. */
public final class ProxyMeters {

    /** The buckets that OpenTelemetry advises for the durations of HTTP calls. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(75),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofMillis(750),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofMillis(7_500),
        Duration.ofSeconds(10)
    };

    /** For what is a part of a call, and must not be felt. */
    private static final Duration[] FINE_BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100)
    };

    private final MeterRegistry registry;

    public ProxyMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Registers a value that is read whenever someone asks.
     *
     * @param tagValues in the order of the metric's tags
     */
    public void gauge(ProxyMetric metric, Supplier<Number> value, String... tagValues) {
        Gauge.builder(metric.meterName(), value)
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /**
     * The counter with these values of the metric's tags; the same one each time.
     *
     * @param tagValues in the order of the metric's tags
     */
    public Counter counter(ProxyMetric metric, String... tagValues) {
        return Counter.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /**
     * Registers a count that is kept elsewhere, by an object that must be held elsewhere too.
     *
     * @param tagValues in the order of the metric's tags
     */
    public <T> void counter(ProxyMetric metric, T keeper, ToDoubleFunction<T> count, String... tagValues) {
        FunctionCounter.builder(metric.meterName(), keeper, count)
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /** A timer of what takes a fraction of a call; takes nanoseconds. */
    public LongConsumer nanos(ProxyMetric metric) {
        Timer timer = Timer.builder(metric.meterName())
                .description(metric.description())
                .serviceLevelObjectives(FINE_BUCKETS)
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    Timer timer(ProxyMetric metric, String... tagValues) {
        return Timer.builder(metric.meterName())
                .description(metric.description())
                .serviceLevelObjectives(BUCKETS)
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    DistributionSummary bytes(ProxyMetric metric, String... tagValues) {
        return DistributionSummary.builder(metric.meterName())
                .description(metric.description())
                .baseUnit(metric.kind().unit())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    private static Tags tags(ProxyMetric metric, String... values) {
        if (values.length != metric.tags().size()) {
            throw new IllegalArgumentException(
                    metric.meterName() + ": " + values.length + " tag values (expected: " + metric.tags() + ")");
        }
        List<Tag> tags = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(metric.tags().get(i), values[i]));
        }
        return Tags.of(tags);
    }
}
