package io.inferenceproxy.cli.config;

import io.inferenceproxy.units.Cidr;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import io.inferenceproxy.units.Window;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Option records of every kind that the engine binds, for its tests. */
public record SampleOptions(
        @Setting("Where callers connect.") Server server,
        @Setting("The services behind.") Map<String, Upstream> upstreams,
        Map<String, Route> routes,
        Auth auth,
        Map<String, Policy> limits,
        Logging logging) {

    public static final SampleOptions DEFAULT = new SampleOptions(
            Server.DEFAULT,
            Map.of("default", Upstream.DEFAULT),
            Map.of("inference", Route.of(Match.parse("POST /api/inference/**"))),
            Auth.DEFAULT,
            Map.of("per-user", Policy.of(List.of(Window.parse("50 per hour"), Window.parse("200 per day")))),
            Logging.DEFAULT);

    public SampleOptions {
        for (Map.Entry<String, Route> route : routes.entrySet()) {
            if (!upstreams.containsKey(route.getValue().upstream())) {
                throw new IllegalArgumentException("routes." + route.getKey() + ".upstream: "
                        + route.getValue().upstream() + " (expected: one of " + String.join(", ", upstreams.keySet())
                        + ")");
            }
        }
    }

    public record Server(
            @Setting("The address to listen on.") String host,
            @Setting("The port; 0 is any free one.") int port,
            @Setting("How callers reach us.") Optional<URI> baseUrl,
            List<Cidr> trustedProxies,
            DataSize maxHead,
            Duration drainDelay,
            long maxConnections,
            boolean http2,
            double ratio) {
        public static final Server DEFAULT = new Server(
                "127.0.0.1",
                8080,
                Optional.empty(),
                List.of(),
                DataSize.ofKilobytes(16),
                Duration.ofSeconds(5),
                20_000,
                false,
                0.5);

        public Server {
            Require.between(0, 65_535, port, "port");
            Require.notNegative(drainDelay, "drainDelay");
            if (maxConnections < 1) {
                throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: 1 or more)");
            }
        }
    }

    public record Upstream(List<URI> urls, Map<String, String> headers, Duration connectTimeout, Path schema) {
        public static final Upstream DEFAULT = new Upstream(
                List.of(URI.create("http://127.0.0.1:8000")), Map.of(), Duration.ofSeconds(2), Path.of(""));

        public Upstream {
            for (int i = 0; i < urls.size(); i++) {
                if (urls.get(i).getHost() == null) {
                    throw new IllegalArgumentException("urls[" + i + "]: " + urls.get(i) + " (expected: http://host)");
                }
            }
        }
    }

    public record Match(String method, String path) {
        public static Match parse(String text) {
            int space = text.indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException("match: " + text + " (expected: METHOD PATH)");
            }
            return new Match(text.substring(0, space), text.substring(space + 1));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    public enum Style {
        NATIVE,
        OPENAI
    }

    public record Route(
            Match match, String to, String upstream, Style style, Set<String> roles, DataSize maxBody, boolean body) {
        public static Route of(Match match) {
            return new Route(match, "", "default", Style.NATIVE, Set.of(), DataSize.ofMegabytes(1), true);
        }
    }

    public enum Algorithm {
        HS256,
        ES256;

        @Override
        public String toString() {
            return name();
        }
    }

    public record Limit(
            @Setting("By address.") Window perAddress,
            @Setting("By user.") Window perUser) {
        public static final Limit DEFAULT = new Limit(Window.parse("20 per minute"), Window.parse("10 per minute"));

        public static Limit parse(String text) {
            return new Limit(Window.parse(text), Window.parse(text));
        }

        @Override
        public String toString() {
            return perAddress + ", " + perUser;
        }
    }

    public record Auth(
            @Setting("Signs our tokens.") Secret secret,
            List<Algorithm> algorithms,
            Path usersFile,
            Limit loginLimit,
            Optional<Secret> second,
            Map<String, Secret> keys,
            String issuer) {
        public static final Auth DEFAULT = new Auth(
                Secret.none(),
                List.of(Algorithm.HS256),
                Path.of("users.yaml"),
                Limit.DEFAULT,
                Optional.empty(),
                Map.of(),
                "inference-proxy");

        public Auth {
            if (!secret.isEmpty() && secret.reveal().length() < 8) {
                throw new IllegalArgumentException("secret: too short (expected: 8 or more)");
            }
        }
    }

    public record Policy(List<Window> windows, String key) {
        public static Policy of(List<Window> windows) {
            return new Policy(windows, "user");
        }

        public Policy {
            if (windows.isEmpty()) {
                throw new IllegalArgumentException("windows: none (expected: one or more)");
            }
        }
    }

    public record Logging(boolean access, String level) {
        public static final Logging DEFAULT = new Logging(true, "info");
    }
}
