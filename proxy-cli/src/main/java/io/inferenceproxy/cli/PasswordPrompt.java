package io.inferenceproxy.cli;

import java.io.Console;
import java.util.Optional;

/** Asks for a password at the terminal. */
@FunctionalInterface
interface PasswordPrompt {

    /** Shows the question and reads one line without showing it; empty when there is none to read. */
    Optional<String> ask(String question);

    /** At the console of this process. */
    @SuppressWarnings("SystemConsoleNull") // On JDK 17 it still is null without a terminal.
    static PasswordPrompt ofConsole() {
        return question -> {
            Console console = System.console();
            char[] answer = console == null ? null : console.readPassword("%s", question);
            return answer == null ? Optional.empty() : Optional.of(new String(answer));
        };
    }
}
