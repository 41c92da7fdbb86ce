package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.testing.ManualTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is told away from the calls; over 300 lines because each way to lose or to keep a report has its test. */
class ObservationsTest {

    private static final int SMALL = 8;

    private final ManualTicker ticker = new ManualTicker();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<CallReport> reports = new ConcurrentLinkedQueue<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Observations> opened = new ArrayList<>();

    @AfterEach
    void close() {
        released.countDown();
        opened.forEach(Observations::close);
        assertThat(observerThreads()).isEmpty();
    }

    private Observations open(int capacity, CallObserver... observers) {
        Observations observations = new Observations(
                new CallMetrics(registry, Map.of("inference", "/api/inference/**")),
                List.of(observers),
                ticker,
                new BatchClock(ticker),
                capacity);
        observations.start();
        opened.add(observations);
        return observations;
    }

    private Observations open(CallObserver... observers) {
        return open(SMALL * 1_024, observers);
    }

    @Test
    void callsAreToldInTheOrderOfTheirEnds() {
        Observations observations = open(reports::add);

        IntStream.range(0, 1_000).forEach(i -> end(observations, "id-" + i));
        told(observations);

        assertThat(reports)
                .extracting(CallReport::id)
                .containsExactlyElementsOf(
                        IntStream.range(0, 1_000).mapToObj(i -> "id-" + i).toList());
    }

    @Test
    void theFirstCallAfterARestIsToldWithoutBeingAskedFor() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        Observations observations = open(report -> told.countDown());

        end(observations, "id-1");

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReportSaysWhenTheCallArrivedHoweverMuchLaterItIsTold() {
        Observations observations = open(blocking(), reports::add);
        end(observations, "held");
        awaitHeld();
        CallTrace trace = observations.arrived();
        Instant arrival = ticker.now();

        ticker.advance(Duration.ofMillis(5));
        trace.ended(CallEnd.COMPLETED);
        observations.ended(trace);
        ticker.advance(Duration.ofMinutes(3));
        released.countDown();
        told(observations);

        assertThat(reports).last().satisfies(report -> {
            assertThat(report.time()).isEqualTo(arrival);
            assertThat(report.times().total()).isEqualTo(Duration.ofMillis(5).toNanos());
        });
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedAndNothingElseIs() {
        Observations observations = open(SMALL, blocking(), reports::add);
        end(observations, "held");
        awaitHeld();

        IntStream.range(0, SMALL + 5).forEach(i -> end(observations, "id-" + i));
        assertThat(observations.dropped()).isEqualTo(5);

        released.countDown();
        told(observations);
        assertThat(reports).hasSize(1 + SMALL);
        assertThat(counted()).isEqualTo(1 + SMALL);
        assertThat(observations.dropped()).isEqualTo(5);
    }

    @Test
    void theLogTellsOfDroppedCallsAtMostOnceAMinuteAndAtTheEnd() {
        try (CapturedLog log = new CapturedLog(Observations.class.getName())) {
            Observations observations = open(SMALL, blocking());
            end(observations, "held");
            awaitHeld();
            IntStream.range(0, SMALL + 3).forEach(i -> end(observations, "id-" + i));
            released.countDown();
            told(observations);
            overflow(observations);
            told(observations);

            assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
            assertThat(log.only().getFormattedMessage()).startsWith("3 calls are missing in the metrics and the log");

            long untold = observations.dropped() - 3;
            observations.close();

            assertThat(log.events()).hasSize(2);
            assertThat(log.events().get(1).getFormattedMessage()).startsWith(untold + " calls are missing");
        }
    }

    /** Ends calls until some were dropped. */
    private static void overflow(Observations observations) {
        for (long before = observations.dropped(); observations.dropped() == before; ) {
            end(observations, "id");
        }
    }

    @Test
    void meantimeAnObserverThatBlocksKeepsNobodyFromTheMetrics() {
        Observations observations = open(blocking());
        end(observations, "held");
        awaitHeld();
        IntStream.range(0, 100).forEach(i -> end(observations, "id-" + i));

        observations.collect();

        assertThat(counted()).isEqualTo(101);
    }

    @Test
    void theMetricsAreExactForAllCallsThatHaveEndedWhoeverCollects() throws Exception {
        int writers = 8;
        int each = 2_000;
        Observations observations = open(16 * 1_024, reports::add);
        AtomicInteger ended = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> written = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            written.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    end(observations, "id");
                    ended.incrementAndGet();
                    if (i % 100 == 0) {
                        long before = ended.get();
                        observations.collect();
                        assertThat(counted()).isGreaterThanOrEqualTo(before);
                    }
                }
            }));
        }
        for (Future<?> one : written) {
            one.get();
        }
        threads.shutdown();

        observations.collect();
        assertThat(counted()).isEqualTo((long) writers * each);
        told(observations);
        assertThat(reports).hasSize(writers * each);
    }

    @Test
    void nothingIsLostAtTheEnd() {
        Observations observations = open(reports::add);
        IntStream.range(0, 5_000).forEach(i -> end(observations, "id-" + i));

        observations.close();

        assertThat(reports).hasSize(5_000);
        assertThat(counted()).isEqualTo(5_000);
    }

    @Test
    void whoWaitsWhenAllIsOverIsNotKeptWaiting() {
        Observations observations = open(reports::add);
        observations.close();

        assertThat(observations.told().toCompletableFuture()).isCompleted();
    }

    @Test
    void anObserverMayCloseWhatTellsIt() {
        List<Observations> itself = new ArrayList<>();
        Observations observations = open(report -> itself.get(0).close(), reports::add);
        itself.add(observations);

        end(observations, "id-1");
        told(observations);

        assertThat(reports).hasSize(1);
    }

    @Test
    void anObserverThatThrowsAnythingHurtsNobodyAndIsToldOfOnce() {
        try (CapturedLog log = new CapturedLog(GuardedObserver.class.getName())) {
            Observations observations = open(
                    report -> {
                        throw new OutOfMemoryError("observer is broken");
                    },
                    ObservationsTest::throwUndeclared,
                    reports::add);

            IntStream.range(0, 3).forEach(i -> end(observations, "id-" + i));
            told(observations);

            assertThat(reports).hasSize(3);
            assertThat(log.events())
                    .extracting(event -> event.getThrowableProxy().getMessage())
                    .containsExactly("observer is broken", "undeclared");
        }
    }

    @Test
    void anObserverThatInterruptsItsThreadKeepsItNotFromResting() {
        Observations observations = open(report -> Thread.currentThread().interrupt(), reports::add);

        end(observations, "id-1");
        told(observations);
        end(observations, "id-2");
        told(observations);

        assertThat(reports).hasSize(2);
    }

    @Test
    void aRegistryThatThrowsKeepsNobodyFromTheReports() {
        try (CapturedLog log = new CapturedLog(Observations.class.getName())) {
            Observations observations = open(reports::add);
            registry.config().onMeterAdded(meter -> {
                throw new IllegalStateException("of an embedder");
            });

            IntStream.range(0, 3).forEach(i -> end(observations, "id-" + i));
            told(observations);

            assertThat(reports).hasSize(3);
            assertThat(log.only().getThrowableProxy().getMessage()).isEqualTo("of an embedder");
        }
    }

    @Test
    void aLineThatNobodyReadsIsNotMade() {
        try (CapturedLog log = new CapturedLog(AccessLog.LOGGER)) {
            Observations observations = open(new AccessLog());
            ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(AccessLog.LOGGER)).setLevel(Level.OFF);
            CallTrace unread = observations.arrived();
            ticker.advance(Duration.ofMillis(1));
            unread.mark(Mark.AUTHENTICATED);
            unread.mark(Mark.UPSTREAM_SENT);
            unread.ended(CallEnd.COMPLETED);
            observations.ended(unread);
            told(observations);

            ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(AccessLog.LOGGER)).setLevel(Level.INFO);
            end(observations, "read");
            told(observations);

            assertThat(unread.nanosTo(Mark.AUTHENTICATED)).isZero();
            assertThat(unread.nanosTo(Mark.UPSTREAM_SENT)).isPositive();
            assertThat(log.keys()).containsEntry("requestId", "read");
        }
    }

    @Test
    void noReportIsMadeForObserversThatDoNotListen() {
        Observations observations = open(new CallObserver() {
            @Override
            public boolean isListening() {
                return false;
            }

            @Override
            public void onCall(CallReport report) {
                reports.add(report);
            }
        });

        end(observations, "id-1");
        told(observations);

        assertThat(reports).isEmpty();
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void aSurpriseIsLoggedThoughNobodyListens() {
        try (CapturedLog log = new CapturedLog(FailureLog.LOGGER)) {
            Observations observations = open();
            CallTrace trace = CallReports.ordinary()
                    .failure(new IllegalStateException("surprise"))
                    .trace();

            observations.ended(trace);
            told(observations);

            ILoggingEvent event = log.only();
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("surprise");
        }
    }

    private static void end(Observations observations, String id) {
        observations.ended(CallReports.ordinary().id(id).trace());
    }

    private static void told(Observations observations) {
        observations
                .told()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** An observer that holds the first call until it is released. */
    private CallObserver blocking() {
        return report -> {
            entered.countDown();
            awaitUninterruptibly(released);
        };
    }

    private void awaitHeld() {
        awaitUninterruptibly(entered);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private long counted() {
        return registry.find("http.server.request.duration").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private static List<String> observerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("inference-proxy-observer"::equals)
                .toList();
    }

    /** As a language without declared exceptions can. */
    private static void throwUndeclared(CallReport report) {
        ObservationsTest.<RuntimeException>sneak(new Exception("undeclared"));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> void sneak(Exception any) throws E {
        throw (E) any;
    }
}
