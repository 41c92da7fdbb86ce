package io.inferenceproxy.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * SIGTERM, SIGINT and SIGHUP of this process. The JDK has no other way than {@code sun.misc.Signal} to end with status 0 after a
 * signal; it is reached by reflection, so that on a machine without it the default holds, which ends at once.
 */
final class ProcessSignals implements Signals {

    private final CompletableFuture<Void> first = new CompletableFuture<>();

    @Override
    public CompletableFuture<Void> listen() {
        handle("TERM", this::received);
        handle("INT", this::received);
        return first;
    }

    @Override
    public void onHangUp(Runnable reload) {
        handle("HUP", number -> reload.run());
    }

    private static void handle(String name, IntConsumer received) {
        try {
            install(name, received);
        } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
            // The signal keeps what the Java machine does by itself.
        }
    }

    private static void install(String name, IntConsumer received) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method number = signal.getMethod("getNumber");
        Object listener = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            received.accept((Integer) number.invoke(arguments[0]));
                            yield null;
                        }
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "signals of inference-proxy";
                    };
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
    }

    private void received(int number) {
        if (!first.complete(null)) {
            Runtime.getRuntime().halt(128 + number);
        }
    }
}
