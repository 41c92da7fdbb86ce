package io.inferenceproxy.cli;

import io.inferenceproxy.cli.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command threw into a short message and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler, IExitCodeExceptionMapper {

    private final Surroundings surroundings;
    private final RootCommand root;

    Failures(Surroundings surroundings, RootCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        surroundings.sayError(message(failure));
        surroundings.say("see: " + command.getCommandSpec().qualifiedName() + " --help");
        trace(failure);
        return ExitCode.USAGE.number();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        }
        if (failure instanceof CommandFailure known) {
            if (!known.says().isEmpty()) {
                surroundings.sayError(known.says());
            }
            trace(known);
            return known.code().number();
        }
        surroundings.sayError("unexpected: " + failure + (root.verbose ? "" : " (--verbose shows where)"));
        trace(failure);
        return ExitCode.UNEXPECTED.number();
    }

    @Override
    public int getExitCode(Throwable failure) {
        return failure instanceof CommandFailure known ? known.code().number() : ExitCode.UNEXPECTED.number();
    }

    private void trace(Exception failure) {
        if (root.verbose) {
            failure.printStackTrace(surroundings.err());
        }
    }

    private static String message(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return String.valueOf(failure.getMessage());
        }
        String word = unmatched.getUnmatched().get(0);
        CommandLine command = failure.getCommandLine();
        if (word.startsWith("-")) {
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            return name + ": unknown option" + Nearest.hint(Nearest.to(name, options(command)));
        }
        if (command.getSubcommands().isEmpty()) {
            return word + ": one argument too many";
        }
        Collection<String> names = command.getSubcommands().keySet();
        return word + ": unknown command" + Nearest.hint(Nearest.to(word, names));
    }

    private static List<String> options(CommandLine command) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                names.addAll(List.of(option.names()));
            }
        }
        return names;
    }
}
