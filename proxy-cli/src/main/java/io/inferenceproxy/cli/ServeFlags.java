package io.inferenceproxy.cli;

import io.inferenceproxy.cli.config.ConfigSources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The short flags of {@code serve}, each for one key of the configuration; {@code config} and {@code validate} take them too. */
final class ServeFlags {

    @Option(
            names = {"-u", "--upstream"},
            paramLabel = "URL",
            description = "The service behind the proxy (upstreams.default.urls).")
    List<String> upstream = new ArrayList<>();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port to listen on, 0 for any free one (server.port; default 8080).")
    @Nullable
    String port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on, 0.0.0.0 for all (server.host; default 127.0.0.1).")
    @Nullable
    String host;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "Port of the admin listener (admin.port; default 9901, or a free one when that is taken).")
    @Nullable
    String adminPort;

    @Option(
            names = "--limit",
            paramLabel = "WINDOW",
            description =
                    "How many calls a user may make, such as \"50 per hour\" or \"4 at once\"; repeatable, or joined by ;"
                            + " (limits.per-user.windows).")
    List<String> limits = new ArrayList<>();

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "JSON Schema (2020-12) that requests must follow (validation.schema).")
    @Nullable
    String schema;

    @Option(names = "--preset", paramLabel = "openai|oip", description = "The routes of a well-known API (preset).")
    @Nullable
    String preset;

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description = "The users who may log in (auth.users-file; default: users.yaml in the state directory).")
    @Nullable
    String users;

    /** Adds what was given to the sources. */
    ConfigSources over(ConfigSources sources) {
        ConfigSources all = sources;
        if (!upstream.isEmpty()) {
            all = all.withFlag("--upstream", "upstreams.default.urls", upstream);
        }
        if (!limits.isEmpty()) {
            all = all.withFlag("--limit", "limits.per-user.windows", Words.of(limits, ";"));
        }
        all = with(all, "--port", "server.port", port);
        all = with(all, "--host", "server.host", host);
        all = with(all, "--admin-port", "admin.port", adminPort);
        all = with(all, "--schema", "validation.schema", schema);
        all = with(all, "--preset", "preset", preset);
        return with(all, "--users", "auth.users-file", users);
    }

    private static ConfigSources with(ConfigSources sources, String flag, String key, @Nullable String value) {
        return value == null ? sources : sources.withFlag(flag, key, value);
    }
}
