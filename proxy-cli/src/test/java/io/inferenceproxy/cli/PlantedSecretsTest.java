package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The passwords of databases stand in a configuration; no command shows them, and no start that logs all there is. */
@Timeout(60)
class PlantedSecretsTest {

    private static final String PASSWORD = "Planted-password-1";
    private static final String IN_URL = "Planted-password-2";
    private static final String WRONG = "Planted-password-3";

    @TempDir
    Path directory;

    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Map<Logger, Level> levels = new HashMap<>();
    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
        cli.environment.put("JWT_SECRET_KEY", "a secret of at least thirty-two bytes");
        for (Logger logger : logging.getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                if (!logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
                    logger.setLevel(null); // as at the start of a process
                }
            }
        }
    }

    @AfterEach
    void asBefore() {
        logging.getLoggerList().forEach(logger -> {
            if (!logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
                logger.setLevel(null);
            }
        });
        levels.forEach(Logger::setLevel);
    }

    private String said(String... command) {
        CliFixture.Result result = cli.run(command);
        return result.code() + "\n" + result.out() + result.err();
    }

    /** A start that tells all that it can. */
    private String started() {
        return said(
                "serve",
                "--once",
                "--port",
                "0",
                "--admin-port",
                "0",
                "-u",
                "http://127.0.0.1:9",
                "--set",
                "logging.level=trace");
    }

    private static void assertHidden(String said) {
        assertThat(said).doesNotContain(PASSWORD, IN_URL, WRONG);
    }

    @Test
    void noCommandThatShowsTheConfigurationShowsThem() {
        cli.file("inference-proxy.yaml", """
                database: { url: "jdbc:postgresql://127.0.0.1:1/x", user: proxy, password: %s }
                redis: { url: "redis://proxy:%s@127.0.0.1:1", password: "${env:REDIS}" }
                """.formatted(PASSWORD, IN_URL));
        cli.environment.put("REDIS", WRONG);

        StringBuilder all = new StringBuilder();
        for (String format : List.of("text", "yaml", "json")) {
            all.append(said("config", "--format", format));
        }
        for (String key : List.of("database.password", "redis.url", "redis.password")) {
            all.append(said("config", "why", key));
        }

        assertThat(all).contains("redis://***@127.0.0.1:1");
        assertHidden(all.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://proxy:it'sSECRET@127.0.0.1:1",
                "redis://u:12/SECRET@127.0.0.1:1",
                "redis://me@corp:a/SECRET@127.0.0.1:1",
                "redis://a/SECRET@127.0.0.1:1",
                "redis://u:a SECRET@127.0.0.1:1",
                "redis://u:a<SECRET@127.0.0.1:1",
                "REDIS://u:a SECRET@127.0.0.1:1"
            })
    void norWhereAUrlIsHardToRead(String url) {
        cli.file("inference-proxy.yaml", "redis: { url: \"" + url.replace("SECRET", IN_URL) + "\" }\n");
        StringBuilder all = new StringBuilder(said("config", "why", "redis.url"));
        for (String format : List.of("text", "yaml", "json")) {
            all.append(said("config", "--format", format));
        }
        cli.file(
                "inference-proxy.yaml",
                "redis: { url: '" + url.replace("SECRET", IN_URL).replace("'", "''") + "' x }\n");

        String unreadable = said("config");

        assertThat(all).contains("://***@127.0.0.1:1");
        assertThat(unreadable).doesNotStartWith("0\n");
        assertHidden(all + unreadable);
    }

    @Test
    void aStartWithADatabaseDoesNotSayThemNorOneThatItRefuses() {
        String database =
                "database: { url: \"jdbc:h2:file:" + directory.resolve("identity") + "\", user: proxy, password: ";
        cli.file("inference-proxy.yaml", database + PASSWORD + " }\n");
        String good = started();
        cli.file("inference-proxy.yaml", database + WRONG + " }\n");
        String refused = started();

        assertThat(good).startsWith("0\n").contains("com.zaxxer.hikari", "org.flywaydb");
        assertThat(refused).doesNotStartWith("0\n").contains("database: cannot be reached");
        assertHidden(good + refused);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis: { url: \"redis://proxy:SECRET@127.0.0.1:1\" }",
                "redis: { url: \"redis-cluster://:SECRET@127.0.0.1:1\" }",
                "redis: { url: \"redis-sentinel://:SECRET@127.0.0.1:1?sentinelMasterId=a\" }",
                "redis: { url: \"redis://127.0.0.1:1\", username: proxy, password: SECRET }",
                "redis: { url: \"redis://proxy:SECRET@no host\" }",
                "redis: { url: \"redis://proxy:a/SECRET@127.0.0.1:1\" }",
                "redis: { url: \"redis://proxy:a#SECRET@127.0.0.1:1\" }",
                "redis: { url: \"redis://proxy:a?SECRET@127.0.0.1:1\" }",
                "redis: { url: \"redis://proxy:it'sSECRET@127.0.0.1:1\" }"
            })
    void aStartWithoutRedisDoesNotSayThem(String redis) {
        cli.file("inference-proxy.yaml", redis.replace("SECRET", IN_URL) + "\n");

        assertHidden(started() + said("config") + said("validate", "-u", "http://127.0.0.1:9"));
    }
}
