package io.inferenceproxy.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which of the three streams are terminals.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 */
record Terminals(boolean in, boolean out, boolean err) {

    /** None of them. */
    static final Terminals NONE = new Terminals(false, false, false);

    /** Asks the system where it tells, else the console, which knows of input and output together only. */
    static Terminals ofProcess() {
        Path descriptors = Path.of("/proc/self/fd");
        if (Files.isDirectory(descriptors)) {
            return new Terminals(isTerminal(descriptors, 0), isTerminal(descriptors, 1), isTerminal(descriptors, 2));
        }
        boolean console = isTerminal(System.console());
        return new Terminals(console, console, console);
    }

    private static boolean isTerminal(Path descriptors, int number) {
        try {
            String target = Files.readSymbolicLink(descriptors.resolve(Integer.toString(number)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException closed) {
            return false;
        }
    }

    /** From JDK 22 on there is a console even where there is no terminal, and a method that tells. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }
}
