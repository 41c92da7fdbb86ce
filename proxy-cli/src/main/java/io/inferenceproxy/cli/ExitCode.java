package io.inferenceproxy.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a command ended, as the shell sees it. */
enum ExitCode {
    OK("done, also after a clean drain"),
    UNEXPECTED("unexpected: a mistake of this program"),
    USAGE("usage: an unknown command or option, or one that is missing"),
    CONFIGURATION("configuration invalid or missing"),
    LOCAL("local resource: port taken, file unreadable, state directory in use"),
    REMOTE("a remote service did not answer"),
    REJECTED("token rejected");

    private final String meaning;

    ExitCode(String meaning) {
        this.meaning = meaning;
    }

    /** The number. */
    int number() {
        return ordinal();
    }

    /** All of them for the help, number to meaning. */
    static Map<String, String> help() {
        Map<String, String> lines = new LinkedHashMap<>();
        for (ExitCode code : values()) {
            lines.put(" " + code.number(), code.meaning);
        }
        return lines;
    }
}
