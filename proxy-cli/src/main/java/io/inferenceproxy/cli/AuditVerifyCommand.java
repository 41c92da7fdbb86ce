package io.inferenceproxy.cli;

import io.inferenceproxy.audit.AuditCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit verify}: whether the chain of hashes holds. */
@Command(
        name = "verify",
        description = {
            "Check that no line of the audit trail was changed, removed, added or moved; prints the number of events and the"
                    + " last hash.",
            "With that hash kept elsewhere, --head also shows when the end was cut off."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy audit verify",
            "  inference-proxy audit verify audit.1 audit.jsonl",
            "  inference-proxy audit verify --head 5e8848..."
        })
final class AuditVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "The trail, oldest part first; without one: audit.file.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "A hash that must be in it, as told by an earlier check.")
    private @Nullable String head;

    AuditVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        List<Path> trail = files.isEmpty() ? List.of(configured()) : inWorkingDirectory();
        AuditCheck check;
        try {
            check = AuditCheck.of(trail, head == null ? "" : head);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "audit file: cannot be read, " + failed, failed);
        }
        if (check instanceof AuditCheck.Broken broken) {
            throw new CommandFailure(
                    ExitCode.REJECTED,
                    broken.file() + ":" + broken.line() + ": the chain is broken, " + broken.reason());
        }
        AuditCheck.Intact intact = (AuditCheck.Intact) check;
        if (intact.continued()) {
            surroundings.say("the first line goes on from an older file");
        }
        surroundings.out().println("intact: " + intact.events() + " events, head " + intact.hash());
        return ExitCode.OK.number();
    }

    private Path configured() {
        return ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings)
                .audit()
                .file()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "audit.file: not set (expected: the file of the audit trail, or FILE)"));
    }

    private List<Path> inWorkingDirectory() {
        return files.stream()
                .map(file -> surroundings.workingDirectory().resolve(file))
                .toList();
    }
}
