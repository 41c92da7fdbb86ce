package io.inferenceproxy.examples.embedded;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;

/** The shortest useful embedding: {@code java … Quickstart http://127.0.0.1:8000/predict request.schema.json 8080 9901}. */
public final class Quickstart {

    private Quickstart() {}

    public static void main(String[] arguments) {
        serve(arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]))
                .stopped()
                .toCompletableFuture()
                .join();
    }

    static ProxyServer serve(String service, Path schema, int port, int adminPort) {
        // region readme
        ProxyServer proxy = ProxyServer.inFrontOf(service)
                .listen(listen -> listen.withPort(port))
                .admin(admin -> admin.withPort(adminPort))
                .auth(auth -> auth.withSecret(Secret.fromEnvironment("JWT_SECRET_KEY")))
                .limits("50 per hour", "200 per day")
                .validation(validation -> validation.withSchema(schema))
                .upstream(upstream -> upstream.withFirstByteTimeout(Duration.ofSeconds(30)))
                .start();
        System.out.println("calls go to " + proxy.uri().resolve("/api/inference"));
        // endregion
        return proxy;
    }
}
