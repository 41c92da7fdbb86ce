package io.inferenceproxy.cli.config;

import java.nio.file.Path;

/** Where a setting comes from; {@code toString()} is the form that people read. */
public sealed interface Origin {

    /**
     * A place in a file, {@code inference-proxy.yaml:7:9}.
     *
     * @param file the file as it was named
     * @param directory where its relative paths begin
     * @param line from 1; 0 stands for the whole file
     * @param column from 1, in code points
     */
    record InFile(String file, Path directory, int line, int column) implements Origin {
        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line + ":" + column;
        }
    }

    /**
     * An environment variable, {@code env INFERENCE_PROXY_SERVER_PORT}.
     *
     * @param name the variable
     * @param note what to add, such as {@code  (.env:3)}; mostly empty
     */
    record Variable(String name, String note) implements Origin {
        @Override
        public String toString() {
            return "env " + name + note;
        }
    }

    /**
     * An option of the command line, {@code flag --port}.
     *
     * @param name the option as the user knows it
     */
    record Flag(String name) implements Origin {
        @Override
        public String toString() {
            return "flag " + name;
        }
    }

    /** The default in the option record. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /** The one default origin. */
    Origin DEFAULT = new Default();
}
