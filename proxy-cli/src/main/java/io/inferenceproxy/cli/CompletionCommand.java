package io.inferenceproxy.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: the script that completes commands and options in a shell. */
@Command(
        name = "completion",
        description = "Print the script that completes commands and options in a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(inference-proxy completion bash)",
            "  inference-proxy completion zsh > ~/.inference-proxy.zsh"
        })
final class CompletionCommand implements Callable<Integer> {

    /** The shells; one script serves both, since zsh reads completions of bash. */
    enum Shell {
        BASH,
        ZSH
    }

    private final Surroundings surroundings;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private @Nullable Shell shell;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (shell == Shell.ZSH) {
            surroundings.out().println("#compdef " + RootCommand.NAME);
        }
        surroundings.out().println(AutoComplete.bash(RootCommand.NAME, Cli.commands(new RootCommand(), surroundings)));
        return ExitCode.OK.number();
    }
}
