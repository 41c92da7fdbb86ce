package io.inferenceproxy.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, as its jar says. */
final class ProgramVersion implements IVersionProvider {

    /** The version; {@code development} where there is no jar. */
    static String text() {
        return Optional.ofNullable(ProgramVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {RootCommand.NAME + " " + text()};
    }
}
