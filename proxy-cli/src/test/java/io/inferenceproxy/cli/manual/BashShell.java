package io.inferenceproxy.cli.manual;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/** The real one: bash, with the real curl. {@code ./inference-proxy} there runs the jar. */
final class BashShell implements Shell {

    private static final String END = "--- end of the command, status ";

    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    BashShell(Jar jar, Path directory) throws IOException {
        Path launcher = directory.resolve("inference-proxy");
        Files.writeString(
                launcher,
                jar.command(List.of()).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" ", "#!/bin/sh\nexec ", " \"$@\"\n")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        process = jar.prepare(new ProcessBuilder("bash", "-o", "pipefail"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = process.outputWriter();
        out = process.inputReader();
    }

    @Override
    public String run(String command) throws IOException {
        in.write(command + "\necho; echo '" + END + "'$?\n");
        in.flush();
        StringBuilder printed = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(END)) {
                if (!line.equals(END + "0")) {
                    throw new IOException(command + ": status " + line.substring(END.length()));
                }
                return printed.toString();
            }
            printed.append(line.replace("\r", "")).append('\n');
        }
        throw new IOException(command + ": bash ended");
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
    }
}
