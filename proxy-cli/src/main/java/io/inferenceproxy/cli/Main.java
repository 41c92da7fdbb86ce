package io.inferenceproxy.cli;

/** The entry of the process: runs the command line and ends with its exit code. */
public final class Main {

    private Main() {}

    /** Runs the command line. */
    public static void main(String[] args) {
        Surroundings surroundings = Surroundings.ofProcess();
        int code = Cli.run(surroundings, args);
        surroundings.out().flush();
        System.exit(code);
    }
}
