package io.inferenceproxy.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command line as a function: from arguments and surroundings to an exit code. */
public final class Cli {

    private Cli() {}

    /** Runs the command line in this process; does not end it. */
    static int run(Surroundings surroundings, String... args) {
        RootCommand root = new RootCommand();
        CommandLine commands = commands(root, surroundings);
        Failures failures = new Failures(surroundings, root);
        commands.setParameterExceptionHandler(failures);
        commands.setExecutionExceptionHandler(failures);
        commands.setExitCodeExceptionMapper(failures);
        int code = commands.execute(args);
        commands.getOut().flush();
        commands.getErr().flush();
        return code;
    }

    /** The tree of commands. */
    static CommandLine commands(RootCommand root, Surroundings surroundings) {
        CommandLine commands = new CommandLine(root)
                .addSubcommand(new ServeCommand(surroundings))
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new CommandLine(new TokenCommand(surroundings))
                        .addSubcommand(new TokenVerifyCommand(surroundings))
                        .addSubcommand(new TokenInspectCommand(surroundings)))
                .addSubcommand(new CommandLine(new ConfigCommand(surroundings))
                        .addSubcommand(new ConfigWhyCommand(surroundings))
                        .addSubcommand(new ConfigSchemaCommand(surroundings))
                        .addSubcommand(new ConfigInitCommand(surroundings)))
                .addSubcommand(new ValidateCommand(surroundings))
                .addSubcommand(new CommandLine(new UsersCommand())
                        .addSubcommand(new UsersAddCommand(surroundings))
                        .addSubcommand(new UsersListCommand(surroundings))
                        .addSubcommand(new UsersRemoveCommand(surroundings))
                        .addSubcommand(new UsersPasswdCommand(surroundings)))
                .addSubcommand(new HealthCommand(surroundings))
                .addSubcommand(new CompletionCommand(surroundings));
        commands.setOut(new PrintWriter(surroundings.out(), false, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        boolean coloured = surroundings.terminals().out() && surroundings.coloured();
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
        commands.setUsageHelpWidth(100);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        describe(commands);
        return commands;
    }

    /** What the help of every command says alike. */
    private static void describe(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.help());
        command.getSubcommands().values().forEach(Cli::describe);
    }
}
