package io.inferenceproxy.cli;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the token commands share: keys with failures that name their exit code, and tokens from wherever they come. */
final class Tokens {

    private static final int MOST = 64 << 10;

    private Tokens() {}

    /**
     * The keys of the configuration.
     *
     * @throws CommandFailure when one is missing, weak or unreadable
     */
    static SigningKeys keys(AuthOptions auth) {
        try {
            return SigningKeys.of(auth);
        } catch (IllegalArgumentException unusable) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(unusable.getMessage()), unusable);
        } catch (UncheckedIOException unreadable) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    /** The token that was given, or the one on standard input for {@code -} or nothing; with or without {@code Bearer}. */
    static String read(@Nullable String given, Surroundings surroundings) {
        String text = given == null || given.equals("-") ? input(surroundings) : given;
        String token = text.strip();
        boolean scheme = token.regionMatches(true, 0, "Bearer ", 0, 7);
        String bare = scheme ? token.substring(7).strip() : token;
        if (bare.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "token: none (expected: a token, or - to read it from standard input)");
        }
        return bare;
    }

    private static String input(Surroundings surroundings) {
        try {
            return new String(surroundings.in().readNBytes(MOST), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "standard input: cannot be read", failed);
        }
    }
}
