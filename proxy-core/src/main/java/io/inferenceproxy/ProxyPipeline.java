package io.inferenceproxy;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.internal.netty.NettyEngine;
import io.inferenceproxy.limit.LimitJournal;
import io.inferenceproxy.observe.Observations;
import io.inferenceproxy.pipeline.SwitchedHandler;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.units.DataSize;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy without a listener: what a server of another kind mounts. It brings its own event loops for the upstreams.
 *
 * <p>Whoever opened it closes it, after the last call.
 */
public final class ProxyPipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyPipeline.class);

    private final BufferAccount buffers;
    private final ExecutorService workers;
    private final NettyEngine engine;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final SwitchedHandler pipeline;
    private final FrontDoor frontDoor;
    private final Consumer<Boolean> reloads;
    private final StoreWatch watch;
    private final Optional<LimitJournal> journal;
    private volatile ProxyOptions options;
    private volatile Assembly assembly;

    private ProxyPipeline(ProxyOptions options, Parts parts) {
        this.options = options;
        LimitChecks.require(options);
        warnOfStrangeLimits(options);
        DataSize bound = options.bufferBound();
        this.buffers = BufferAccount.boundedBy(bound.bytes());
        Opened opened = new Opened();
        try {
            this.journal = options.limits().isEmpty() || options.redis().isOn()
                    ? Optional.empty()
                    : LimitJournal.open(options.limitsJournal(), parts.ticker());
            journal.ifPresent(kept -> opened.add(kept, LimitJournal::close));
            this.workers = opened.add(Workers.open(), ExecutorService::shutdownNow);
            this.engine = opened.add(NettyEngine.open(workers, parts.ticker()::now, buffers), NettyEngine::close);
            this.assembly =
                    new Assembly(options, parts, engine.upstreams(), workers, buffers, journal, draining::get, opened);
            this.pipeline = new SwitchedHandler(assembly.pipeline());
            this.frontDoor = assembly.frontDoor(pipeline);
            this.reloads = assembly.observation().reloads();
            assembly.securedUpstreams().forEach(engine::prepareTls);
            warnOfSmallHeap(options, bound);
            this.watch = opened.add(StoreWatch.start(assembly.stores(), parts.ticker()), StoreWatch::close);
            assembly.observation().watch(watch);
            opened.add(assembly.observation().observations(), Observations::close)
                    .start();
            Upkeep.start(engine.scheduler(), assembly.chores());
            journal.ifPresent(LimitJournal::start);
        } catch (RuntimeException | Error refused) {
            opened.closeAfter(refused);
            throw refused;
        }
    }

    private static void warnOfStrangeLimits(ProxyOptions options) {
        options.strangeLimits().forEach((key, strange) -> strange.forEach(each -> LOG.warn("{}.{}", key, each)));
    }

    private static void warnOfSmallHeap(ProxyOptions options, DataSize bound) {
        DataSize largest = options.largestGathered();
        if (bound.compareTo(largest) < 0) {
            LOG.warn(
                    "server.max-buffered: a quarter of the heap is {}, and so is the largest content then, not max-body: {};"
                            + " give the process more heap",
                    bound,
                    largest);
        }
    }

    static ProxyPipeline open(ProxyOptions options, Parts parts) {
        return new ProxyPipeline(options, parts);
    }

    /** What holds now. */
    public ProxyOptions options() {
        return options;
    }

    /**
     * Puts other limits in force while calls go on: the policies, and the {@code limits} of routes that there are. What callers
     * were charged counts on under the policy of the same name; calls under way end under the limits they began with, and what
     * they are charged or given back counts here. Whatever else differs is named, and stays as it is until a restart.
     *
     * <p>Waits until all is taken over: a moment where there are many callers, up to some seconds where limits are shared.
     *
     * @throws IllegalArgumentException when the options do not go together; then nothing has changed
     */
    public ReloadReport reload(ProxyOptions changed) {
        return reload(() -> changed);
    }

    /** The same with what is read only now, one after the other. */
    synchronized ReloadReport reload(Supplier<ProxyOptions> source) {
        if (closed.get()) {
            throw new IllegalStateException("the proxy is closed");
        }
        boolean done = false;
        try {
            ReloadReport report = reloaded(source.get());
            done = true;
            return report;
        } catch (IllegalArgumentException wrong) {
            LOG.warn("configuration not reloaded, the one before goes on holding: {}", wrong.getMessage());
            throw wrong;
        } finally {
            reloads.accept(done);
        }
    }

    private ReloadReport reloaded(ProxyOptions changed) {
        ProxyOptions before = options;
        ProxyOptions next = before.withLimitsOf(changed);
        if (before.limits().isEmpty() && !next.limits().isEmpty() && !isReadyForLimits()) {
            next = before;
        }
        Assembly current = assembly;
        require(current, next, changed);
        Assembly following = current.changedTo(next);
        pipeline.switchTo(following.pipeline());
        assembly = following;
        options = next;
        following.limits().arrive();
        warnOfStrangeLimits(next);
        ReloadReport report = new ReloadReport(
                OptionDifferences.of(before, next),
                current.limits().forgottenBy(following.limits()),
                OptionDifferences.of(next, changed));
        tell(report);
        return report;
    }

    private static void require(Assembly current, ProxyOptions next, ProxyOptions changed) {
        try {
            LimitChecks.require(next);
            current.tried(next).pipeline();
        } catch (IllegalArgumentException wrong) {
            List<String> routes = OptionDifferences.of(next, changed).stream()
                    .filter(key -> key.startsWith("routes."))
                    .toList();
            throw routes.isEmpty()
                    ? wrong
                    : new IllegalArgumentException(
                            wrong.getMessage() + "; of routes only limits hold without a restart, not " + routes,
                            wrong);
        }
    }

    /** What keeps counts is opened at the start, if there are limits then. */
    private boolean isReadyForLimits() {
        return journal.isPresent()
                || assembly.limits().sharing().isPresent()
                || !options.redis().isOn() && !options.limitsJournal().isOn();
    }

    private static void tell(ReloadReport report) {
        LOG.info("configuration reloaded, changed: {}", report.changed().isEmpty() ? "nothing" : report.changed());
        for (String policy : report.forgotten()) {
            LOG.warn("limits.{}: is no more, or counts in another manner; what it had counted is forgotten", policy);
        }
        if (!report.needsRestart().isEmpty()) {
            LOG.warn("configuration reloaded, but for what holds after a restart only: {}", report.needsRestart());
        }
    }

    /** Where a server hands its calls in. */
    public FrontDoor frontDoor() {
        return frontDoor;
    }

    /** What the server should keep to: limits on heads, timeouts. */
    public ServerOptions serverOptions() {
        return options.server();
    }

    /** Where a server counts what it holds of content and answers. */
    public BufferAccount buffers() {
        return buffers;
    }

    /** From now on {@code /readyz} says that no calls should be sent. */
    public void drain() {
        draining.set(true);
    }

    /** Whether a shutdown has begun. */
    public boolean isDraining() {
        return draining.get();
    }

    /**
     * Completes when the metrics, the log and the observers have been told of all calls that have ended. An observer must not
     * wait for it.
     */
    public CompletionStage<Void> told() {
        return assembly.observation().observations().told();
    }

    NettyEngine engine() {
        return engine;
    }

    Assembly assembly() {
        return assembly;
    }

    /**
     * Closes the connections to the upstreams and ends the threads, when the metrics, the log and the observers have been told
     * of all calls; a second time does nothing.
     */
    @Override
    public synchronized void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        engine.close();
        watch.close();
        assembly.closeLimits();
        assembly.observation().observations().close(); // after the last call has ended
        workers.shutdownNow();
        journal.ifPresent(LimitJournal::close);
        assembly.closeTrail();
    }
}
