package io.inferenceproxy.examples.embedding;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** The command line: {@code [--port PORT]}. */
public final class Main {

    private static final String USAGE = """
            Usage: embedding-service [--port PORT]
            Serves all-MiniLM-L6-v2 on 127.0.0.1.
              --port PORT   where to listen; 0 is any free port (default: 8000)
              --help        shows this and exits
            Exit codes: 2 usage, 4 the port cannot be bound
            """;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        EmbeddingServiceOptions options;
        try {
            if (args.length == 1 && args[0].equals("--help")) {
                System.out.print(USAGE);
                return;
            }
            options = parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        try (EmbeddingService service = EmbeddingService.start(options)) {
            announce(service, System.out);
            // Until a signal ends the process; the operating system takes the socket back then.
            new CountDownLatch(1).await();
        } catch (IOException e) {
            System.err.printf("port: %d (%s)%n", options.port(), e.getMessage());
            System.exit(4);
        }
    }

    static EmbeddingServiceOptions parse(String... args) {
        EmbeddingServiceOptions defaults = EmbeddingServiceOptions.defaults();
        if (args.length == 0) {
            return defaults;
        }
        if (args.length != 2 || !args[0].equals("--port")) {
            throw new IllegalArgumentException(
                    "arguments: %s (expected: --port PORT)".formatted(String.join(" ", args)));
        }
        try {
            return defaults.withPort(Integer.parseInt(args[1]));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port: %s (expected: 0 to 65535)".formatted(args[1]), e);
        }
    }

    private static void announce(EmbeddingService service, PrintStream out) {
        out.printf("%s listens on %s%n", TextEmbedder.MODEL, service.uri());
        out.printf(
                "  curl -s %s/v1/embeddings -H 'Content-Type: application/json' -d '{\"input\":\"hello\"}'%n",
                service.uri());
    }
}
