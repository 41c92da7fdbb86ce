package io.inferenceproxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFileTest {

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("audit.jsonl");
    }

    private Auditor open() throws IOException {
        return AuditFile.open(AuditOptions.DEFAULT.withFile(file), Ticker.system());
    }

    private static AuditEvent login(String user) {
        return AuditEvent.done(AuditKind.LOGIN, "inference-proxy " + user, user, "192.0.2.1", "id-1");
    }

    private void record(int events) throws IOException {
        Auditor auditor = open();
        for (int i = 0; i < events; i++) {
            auditor.record(login("user" + i));
        }
        auditor.close();
    }

    private AuditCheck check() throws IOException {
        return AuditCheck.of(List.of(file), "");
    }

    @Test
    void withoutAFileNothingIsKept() throws IOException {
        assertThat(AuditFile.open(AuditOptions.DEFAULT, Ticker.system())).isSameAs(Auditor.NONE);
        assertThat(Auditor.NONE.isOn()).isFalse();
    }

    @Test
    void aLineSaysWhoDidWhatFromWhere() throws IOException {
        Auditor auditor = open();

        auditor.record(AuditEvent.refused(AuditKind.LOCKOUT, "", "al\"ice\n", "192.0.2.1", "id-7")
                .withDetail("5 failures"));

        assertThat(Files.readString(file))
                .matches("\\{\"number\":1,\"time\":\"[^\"]+Z\",\"event\":\"lockout\",\"outcome\":\"failure\","
                        + "\"subject\":\"al\\\\\"ice\\\\n\",\"origin\":\"192.0.2.1\",\"requestId\":\"id-7\","
                        + "\"detail\":\"5 failures\",\"previous\":\"0{64}\",\"hash\":\"[0-9a-f]{64}\"}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theChainGoesOnOverARestart() throws IOException {
        record(3);
        record(2);

        assertThat(check()).isInstanceOfSatisfying(AuditCheck.Intact.class, intact -> {
            assertThat(intact.events()).isEqualTo(5);
            assertThat(file).content().contains("\"hash\":\"" + intact.hash() + "\"");
            assertThat(intact.continued()).isFalse();
        });
    }

    @Test
    void whatSomebodyChoseIsCut() throws IOException {
        open().record(login("x".repeat(100_000)));

        assertThat(Files.size(file)).isLessThan(AuditLine.LONGEST);
        assertThat(check()).isInstanceOf(AuditCheck.Intact.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aChangedLineBreaksTheChainThere(int changed) throws IOException {
        record(3);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(changed - 1, lines.get(changed - 1).replace("192.0.2.1", "192.0.2.9"));
        Files.write(file, lines);

        assertThat(check())
                .isInstanceOfSatisfying(
                        AuditCheck.Broken.class,
                        broken -> assertThat(broken.line()).isEqualTo(changed));
    }

    @Test
    void aLineThatIsMissingOrMovedBreaksTheChain() throws IOException {
        record(4);
        List<String> lines = Files.readAllLines(file);
        List<String> without = new ArrayList<>(lines);
        without.remove(1);
        List<String> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 1, 2);

        Files.write(file, without);
        AuditCheck missing = check();
        Files.write(file, swapped);

        assertThat(missing).isEqualTo(new AuditCheck.Broken(file, 2, "it does not follow the line before it"));
        assertThat(check()).isEqualTo(missing);
    }

    @Test
    void whoKeptAHashSeesThatTheEndIsMissing() throws IOException {
        record(3);
        String head = ((AuditCheck.Intact) check()).hash();
        List<String> lines = Files.readAllLines(file);

        assertThat(AuditCheck.of(List.of(file), head)).isInstanceOf(AuditCheck.Intact.class);
        Files.write(file, lines.subList(0, 2));

        assertThat(check()).isInstanceOf(AuditCheck.Intact.class);
        assertThat(AuditCheck.of(List.of(file), head)).isInstanceOf(AuditCheck.Broken.class);
    }

    @Test
    void anUnfinishedLineIsCutAndTheNextOneSaysSo() throws IOException {
        record(2);
        String whole = Files.readString(file);
        for (int cut = 1; cut < 200; cut++) {
            Files.writeString(file, whole.substring(0, whole.length() - cut));
            record(1);

            assertThat(check()).isInstanceOf(AuditCheck.Intact.class);
            assertThat(Files.readAllLines(file).get(1)).contains("\"event\":\"resumed\"");
            assertThat(Files.readAllLines(file)).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40, 150})
    void soIsTheVeryFirst(int length) throws IOException {
        record(1);
        Files.writeString(file, Files.readString(file).substring(0, length));

        record(1);

        assertThat(check()).isInstanceOf(AuditCheck.Intact.class);
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"something else\n", "something else", "{}\n"})
    void aFileOfAnotherKindIsNotTouched(String content) throws IOException {
        Files.writeString(file, content);

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("audit.jsonl");
        assertThat(file).hasContent(content);
    }

    @Test
    void aFileThatWasMovedAwayIsFollowedByAnother() throws IOException {
        Auditor auditor = open();
        auditor.record(login("alice"));
        Path old = Files.move(file, directory.resolve("audit.1"));
        auditor.record(login("bob"));

        assertThat(AuditCheck.of(List.of(old, file), ""))
                .isInstanceOfSatisfying(
                        AuditCheck.Intact.class,
                        intact -> assertThat(intact.events()).isEqualTo(2));
        assertThat(check())
                .isInstanceOfSatisfying(
                        AuditCheck.Intact.class,
                        intact -> assertThat(intact.continued()).isTrue());
    }

    @Test
    void manyThreadsMakeOneChain() throws Exception {
        Auditor auditor = open();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String user = "user" + i;
                all.add(threads.submit(() -> auditor.record(login(user))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(check())
                .isInstanceOfSatisfying(
                        AuditCheck.Intact.class,
                        intact -> assertThat(intact.events()).isEqualTo(400));
    }
}
