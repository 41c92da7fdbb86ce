package io.inferenceproxy.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;

/**
 * SIGTERM and SIGINT of this process. The JDK has no other way than {@code sun.misc.Signal} to end with status 0 after a
 * signal; it is reached by reflection, so that on a machine without it the default holds, which ends at once.
 */
final class ProcessSignals implements StopSignal {

    private final CompletableFuture<Void> first = new CompletableFuture<>();

    @Override
    public CompletableFuture<Void> listen() {
        for (String name : new String[] {"TERM", "INT"}) {
            try {
                handle(name);
            } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
                // The signal keeps what the Java machine does by itself.
            }
        }
        return first;
    }

    private void handle(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method number = signal.getMethod("getNumber");
        Object listener = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            received((Integer) number.invoke(arguments[0]));
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
