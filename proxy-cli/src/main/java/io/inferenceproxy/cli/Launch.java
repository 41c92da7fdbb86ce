package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.limit.SharedCountersException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Starts proxies, with failures that name their exit code. */
final class Launch {

    private static final int LONGEST_CHAIN = 10;

    private Launch() {}

    /**
     * Starts it.
     *
     * @throws CommandFailure when a port is taken or an address is not one of this machine's, or an option is wrong
     */
    static ProxyServer start(ProxyOptions options) {
        return start(ProxyServer.builder(options), options);
    }

    /** The same, which can read its options anew. */
    static ProxyServer start(ProxyOptions options, Supplier<ProxyOptions> source) {
        return start(ProxyServer.builder(options).reloadFrom(source), options);
    }

    private static ProxyServer start(ProxyServerBuilder builder, ProxyOptions options) {
        try {
            return builder.admin(UnaryOperator.identity()).start();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (StoreException | SharedCountersException unreachable) {
            throw unreachable(unreachable);
        } catch (RuntimeException failed) {
            throw startFailure(options, failed);
        }
    }

    /** The failure of a start whose database or Redis does not answer. */
    static CommandFailure unreachable(RuntimeException said) {
        return new CommandFailure(ExitCode.REMOTE, String.valueOf(said.getMessage()), said);
    }

    /** Whether a listener could be opened there right now. */
    static boolean isFree(String host, int port) {
        if (port == 0) {
            return true;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static RuntimeException startFailure(ProxyOptions options, RuntimeException failed) {
        Throwable cause = failed;
        for (int i = 0; i < LONGEST_CHAIN && cause != null; i++) {
            if (cause instanceof FileSystemException) {
                return new CommandFailure(ExitCode.LOCAL, String.valueOf(failed.getMessage()), failed);
            }
            if (cause instanceof BindException || cause instanceof IOException) {
                return new CommandFailure(ExitCode.LOCAL, bindMessage(options, cause), failed);
            }
            cause = cause.getCause();
        }
        return failed;
    }

    private static String bindMessage(ProxyOptions options, Throwable cause) {
        String host = options.server().host();
        int port = options.server().port();
        if (!isFree(host, port)) {
            return isFree(host, anyPort())
                    ? "port: " + port + " is taken (expected: a free one, --port 0 finds one)"
                    : "host: " + host + " is no address of this machine (expected: one, or 0.0.0.0 for all)";
        }
        String adminHost = options.admin().host();
        int adminPort = options.admin().port();
        if (options.admin().enabled() && !isFree(adminHost, adminPort)) {
            return "admin.port: " + adminPort + " is taken or " + adminHost
                    + " is no address of this machine (expected: a free one, --admin-port 0 finds one)";
        }
        return "cannot listen: " + cause.getMessage();
    }

    private static int anyPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            return 0;
        }
    }
}
