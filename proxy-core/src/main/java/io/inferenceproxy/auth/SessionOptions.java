package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How long who has signed in stays so, by refresh tokens.
 */
public record SessionOptions(
        @Setting("File with sessions and revocations; without it one in the state directory")
        Optional<Path> file,

        @Setting("How long a refresh token is good when it is not used")
        Duration refreshTtl,

        @Setting("How long after the login its last refresh token ends")
        Duration maxAge,

        @Setting("How many sessions a user may have; the oldest ends when there are more")
        int perUser) {

    /** What holds when nothing is configured. */
    public static final SessionOptions DEFAULT =
            new SessionOptions(Optional.empty(), Duration.ofDays(14), Duration.ofDays(90), 20);

    public SessionOptions {
        Require.positive(refreshTtl, "refresh-ttl");
        Require.positive(maxAge, "max-age");
        Require.between(1, 1_000, perUser, "per-user");
    }

    public SessionOptions withFile(Optional<Path> file) {
        return new SessionOptions(file, refreshTtl, maxAge, perUser);
    }

    public SessionOptions withRefreshTtl(Duration refreshTtl) {
        return new SessionOptions(file, refreshTtl, maxAge, perUser);
    }

    public SessionOptions withMaxAge(Duration maxAge) {
        return new SessionOptions(file, refreshTtl, maxAge, perUser);
    }

    public SessionOptions withPerUser(int perUser) {
        return new SessionOptions(file, refreshTtl, maxAge, perUser);
    }
}
