package io.inferenceproxy.internal.netty;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Looks names up by the JDK, on the worker pool since that blocks; literal addresses need no look-up and are not handed over.
 * The JDK keeps what it found for a while.
 */
final class WorkerNames extends AddressResolverGroup<InetSocketAddress> {

    private final Executor workers;

    WorkerNames(Executor workers) {
        this.workers = workers;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Names(executor, workers).asAddressResolver();
    }

    /** The look-up of one event loop. */
    private static final class Names extends InetNameResolver {
        private final Executor workers;

        Names(EventExecutor executor, Executor workers) {
            super(executor);
            this.workers = workers;
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            lookUp(name, promise, () -> promise.trySuccess(InetAddress.getByName(name)));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            lookUp(name, promise, () -> promise.trySuccess(Arrays.asList(InetAddress.getAllByName(name))));
        }

        private void lookUp(String name, Promise<?> promise, LookUp lookUp) {
            Runnable task = () -> {
                try {
                    lookUp.run();
                } catch (UnknownHostException | RuntimeException unknown) {
                    promise.tryFailure(unknown);
                }
            };
            if (isLiteral(name)) {
                task.run();
                return;
            }
            try {
                workers.execute(task);
            } catch (RejectedExecutionException busy) {
                promise.tryFailure(busy);
            }
        }

        private static boolean isLiteral(String name) {
            return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
        }
    }

    /** A look-up that may find nothing. */
    private interface LookUp {
        void run() throws UnknownHostException;
    }
}
