package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.AuditFile;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;
    private Path trail;

    @BeforeEach
    void prepare() throws IOException {
        cli = new CliFixture(directory);
        cli.file("inference-proxy.yaml", "audit:\n  file: audit.jsonl\n");
        trail = directory.resolve("audit.jsonl");
        Auditor auditor = AuditFile.open(AuditOptions.DEFAULT.withFile(trail), Ticker.system());
        auditor.record(AuditEvent.done(AuditKind.LOGIN, "inference-proxy alice", "alice", "192.0.2.1", "id-1"));
        auditor.record(AuditEvent.done(AuditKind.LOGOUT, "inference-proxy alice", "alice", "192.0.2.1", "id-2"));
    }

    @Test
    void aTrailThatHoldsIsIntact() {
        CliFixture.Result result = cli.run("audit", "verify");

        assertThat(result.code()).isZero();
        assertThat(result.out()).matches("intact: 2 events, head [0-9a-f]{64}\n");
    }

    @Test
    void aTrailThatWasChangedIsNot() throws IOException {
        Files.writeString(trail, Files.readString(trail).replaceFirst("alice", "mallory"));

        CliFixture.Result result = cli.run("audit", "verify", "audit.jsonl");

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err()).contains("audit.jsonl:1: the chain is broken");
    }

    @Test
    void aHashThatIsMissingMeansThatTheEndWasCut() {
        CliFixture.Result result = cli.run("audit", "verify", "--head", "f".repeat(64));

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err()).contains("f".repeat(64) + " is missing");
    }

    @Test
    void aFileThatIsNotThereIsALocalFailure() {
        assertThat(cli.run("audit", "verify", "gone.jsonl").code()).isEqualTo(4);
    }

    @Test
    void withoutAFileThereIsNothingToLookAt() {
        cli.file("inference-proxy.yaml", "server:\n  port: 8080\n");

        CliFixture.Result result = cli.run("audit", "verify");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("audit.file");
    }

    @Test
    void changesOfUsersAreInIt() throws IOException {
        cli.input = "correct horse\n";
        cli.run("users", "add", "bob", "--password-stdin");
        cli.run("users", "passwd", "bob", "--password-stdin");
        cli.run("users", "remove", "bob");

        assertThat(Files.readAllLines(trail))
                .extracting(line -> line.replaceAll(
                        ".*\"event\":\"([^\"]*)\".*\"actor\":\"system .*\"subject\":\"([^\"]*)\".*", "$1 $2"))
                .contains("user-added bob", "user-changed bob", "user-removed bob");
        assertThat(trail).content().doesNotContain("correct horse", "$argon2id$");
        assertThat(cli.run("audit", "verify").out()).startsWith("intact: 5 events");
    }
}
