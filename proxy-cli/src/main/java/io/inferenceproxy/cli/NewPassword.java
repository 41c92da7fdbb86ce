package io.inferenceproxy.cli;

import io.inferenceproxy.auth.PasswordRule;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Gets a new password: asked for twice on a terminal, or the first line of standard input. */
final class NewPassword {

    private static final int MOST_BYTES = 64 << 10;

    private NewPassword() {}

    /**
     * The password.
     *
     * @throws CommandFailure when there is none, or it may not be used
     */
    static Secret read(Surroundings surroundings, boolean fromInput, String user) {
        String password = fromInput ? line(surroundings) : asked(surroundings, user);
        try {
            PasswordRule.require(Secret.of(password));
        } catch (IllegalArgumentException unfit) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(unfit.getMessage()), unfit);
        }
        return Secret.of(password);
    }

    private static String asked(Surroundings surroundings, String user) {
        if (!surroundings.terminals().in()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "password: no terminal to ask at (expected: a terminal, or --password-stdin)");
        }
        String first =
                surroundings.passwords().ask("Password for " + user + ": ").orElse("");
        String second = surroundings.passwords().ask("Once more: ").orElse("");
        if (!first.equals(second)) {
            throw new CommandFailure(ExitCode.USAGE, "password: the two differ (expected: twice the same)");
        }
        return first;
    }

    private static String line(Surroundings surroundings) {
        try {
            byte[] bytes = surroundings.in().readNBytes(MOST_BYTES);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int end = text.indexOf('\n');
            String line = end < 0 ? text : text.substring(0, end);
            return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        } catch (CharacterCodingException malformed) {
            throw new CommandFailure(ExitCode.USAGE, "password: not UTF-8 (expected: UTF-8 text)", malformed);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "standard input: cannot be read", failed);
        }
    }
}
