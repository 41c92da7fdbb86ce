package io.inferenceproxy.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command line as a function: from arguments and surroundings to an exit code. */
public final class Cli {

    private Cli() {}

    /** Runs the command line in this process; does not end it. */
    static int run(Surroundings surroundings, String... args) {
        RootCommand root = new RootCommand();
        CommandLine commands = commands(root, surroundings, List.of(args));
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
        return commands(root, surroundings, List.of());
    }

    /** As much of the tree as the arguments need: to read the annotations of all commands takes longer than most of them. */
    private static CommandLine commands(RootCommand root, Surroundings surroundings, List<String> arguments) {
        Map<String, Supplier<CommandLine>> all = subcommands(surroundings);
        CommandLine commands = new CommandLine(root);
        Supplier<CommandLine> only = arguments.isEmpty() ? null : all.get(arguments.get(0));
        (only == null ? all.values() : List.of(only)).forEach(command -> commands.addSubcommand(command.get()));
        commands.setOut(new PrintWriter(surroundings.out(), false, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        boolean coloured = surroundings.terminals().out() && surroundings.coloured();
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
        commands.setUsageHelpWidth(100);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        describe(commands);
        return commands;
    }

    /** In the order of the help. */
    private static Map<String, Supplier<CommandLine>> subcommands(Surroundings surroundings) {
        Map<String, Supplier<CommandLine>> all = new LinkedHashMap<>();
        all.put("serve", () -> new CommandLine(new ServeCommand(surroundings)));
        all.put("demo", () -> new CommandLine(new DemoCommand(surroundings)));
        all.put(
                "token",
                () -> new CommandLine(new TokenCommand(surroundings))
                        .addSubcommand(new TokenVerifyCommand(surroundings))
                        .addSubcommand(new TokenInspectCommand(surroundings))
                        .addSubcommand(new TokenRevokeCommand(surroundings)));
        all.put(
                "config",
                () -> new CommandLine(new ConfigCommand(surroundings))
                        .addSubcommand(new ConfigWhyCommand(surroundings))
                        .addSubcommand(new ConfigSchemaCommand(surroundings))
                        .addSubcommand(new ConfigInitCommand(surroundings)));
        all.put("validate", () -> new CommandLine(new ValidateCommand(surroundings)));
        all.put(
                "users",
                () -> new CommandLine(new UsersCommand())
                        .addSubcommand(new UsersAddCommand(surroundings))
                        .addSubcommand(new UsersListCommand(surroundings))
                        .addSubcommand(new UsersRemoveCommand(surroundings))
                        .addSubcommand(new UsersPasswdCommand(surroundings)));
        all.put(
                "keys",
                () -> new CommandLine(new KeysCommand())
                        .addSubcommand(new KeysCreateCommand(surroundings))
                        .addSubcommand(new KeysListCommand(surroundings))
                        .addSubcommand(new KeysRotateCommand(surroundings))
                        .addSubcommand(new KeysRevokeCommand(surroundings))
                        .addSubcommand(KeysSigningCommand.of(surroundings)));
        all.put("audit", () -> new CommandLine(new AuditCommand()).addSubcommand(new AuditVerifyCommand(surroundings)));
        all.put(
                "limits",
                () -> new CommandLine(new LimitsCommand()).addSubcommand(new LimitsSimulateCommand(surroundings)));
        all.put("health", () -> new CommandLine(new HealthCommand(surroundings)));
        all.put("completion", () -> new CommandLine(new CompletionCommand(surroundings)));
        all.put("rehearse", () -> new CommandLine(new RehearseCommand(surroundings)));
        return all;
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
