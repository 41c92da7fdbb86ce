package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README do and print what it says. Its ports are replaced by free ones. */
@Timeout(180)
class ReadmeIT {

    private static final String PROXY_PORT = "8080";
    private static final String SERVICE_PORT = "8000";

    @TempDir
    Path directory;

    @Test
    void itsCommandsPrintWhatItShows() throws IOException {
        Jar jar = new Jar(directory);
        try (Shell shell = new SmallShell(jar)) {
            follow(jar, shell);
        }
    }

    @Test
    @Tag("clients")
    void itsCommandsPrintWhatItShowsInBashWithCurl() throws IOException {
        Jar jar = new Jar(directory);
        try (Shell shell = new BashShell(jar, directory)) {
            follow(jar, shell);
        }
    }

    @Test
    void itsConfigurationIsValid() throws IOException {
        Jar jar = new Jar(directory);
        Manual.Block configuration = Manual.of("README.md").blocks("yaml").get(0);
        Files.writeString(directory.resolve("inference-proxy.yaml"), configuration.text());
        Files.writeString(directory.resolve("triage.schema.json"), "{\"type\":\"object\"}");
        Files.writeString(directory.resolve("secret.txt"), "a secret of more than thirty-two bytes");
        jar.run(List.of("users", "add", "alice", "--password-stdin"), "wonderland\n");

        String settings = jar.run(List.of("config", "--only-changed"), "");
        String output = jar.run(List.of("validate", "--strict"), "");

        assertThat(output).isEmpty();
        assertThat(settings).contains("routes.chat.style").contains("limits.all-together.windows");
    }

    private static void follow(Jar jar, Shell shell) throws IOException {
        List<Manual.Step> steps = Manual.of("README.md").steps();
        assertThat(steps).hasSizeGreaterThan(6);
        Optional<Jar.Serving> serving = Optional.empty();
        try (ScriptedUpstream service = ScriptedUpstream.start()) {
            service.otherwise(Answer.json("{\"label\":\"greeting\"}"));
            for (Manual.Step step : steps) {
                String printed;
                if (step.serves()) {
                    serving.ifPresent(Jar.Serving::close);
                    Jar.Serving begun = jar.serve(arguments(step, service));
                    serving = Optional.of(begun);
                    printed = begun.printed().replace(":" + begun.port(), ":" + PROXY_PORT);
                } else {
                    int port = serving.orElseThrow().port();
                    printed = shell.run(step.command().replace(":" + PROXY_PORT, ":" + port));
                }
                assertThat(step.pattern().matcher(printed).lookingAt())
                        .as("%s%nprinted%n%s", step.command(), printed)
                        .isTrue();
            }
        } finally {
            serving.ifPresent(Jar.Serving::close);
        }
    }

    private static List<String> arguments(Manual.Step step, ScriptedUpstream service) {
        String command = step.command().replace(":" + SERVICE_PORT, ":" + service.port());
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.remove(0);
        arguments.addAll(List.of("--port", "0"));
        if (arguments.get(0).equals("serve")) {
            arguments.addAll(List.of("--admin-port", "0", "--set", "server.drain-delay=0s"));
        }
        return arguments;
    }
}
