package io.inferenceproxy.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything outside of a command: streams, terminals, variables, and what ends it.
 *
 * @param environment all variables
 * @param workingDirectory where relative paths begin
 * @param in standard input
 * @param out standard output, for results
 * @param err standard error, for all else
 * @param terminals which of them are terminals
 * @param passwords asks for a password without showing it
 * @param signals tells when to stop, and when to read the configuration anew
 */
record Surroundings(
        Map<String, String> environment,
        Path workingDirectory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Terminals terminals,
        PasswordPrompt passwords,
        Signals signals) {

    /** Those of this process. */
    static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                Path.of(""),
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Terminals.ofProcess(),
                PasswordPrompt.ofConsole(),
                new ProcessSignals());
    }

    /** Whether what goes to a terminal may be coloured. */
    boolean coloured() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.getOrDefault("TERM", ""));
    }

    /** A variable that counts as not set when it is empty. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Says one line to whoever runs the command. */
    void say(String line) {
        err.println(line);
    }

    /** Says that something went wrong. */
    void sayError(String message) {
        boolean red = terminals.err() && coloured();
        err.println((red ? "\u001b[31merror:\u001b[0m " : "error: ") + message);
    }

    /** Names nothing of the environment, where secrets are. */
    @Override
    public String toString() {
        return "Surroundings[" + workingDirectory + ", " + terminals + "]";
    }
}
