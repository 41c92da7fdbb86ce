package io.inferenceproxy.auth;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.time.Duration;

/**
 * What a hash of a password costs (argon2id, RFC 9106). Hashes carry their own parameters; one that costs less than these is
 * made anew when its user logs in.
 */
public record PasswordOptions(
        @Setting("Memory for a hash of a password (argon2id)")
        DataSize memory,

        @Setting("Passes over that memory") int passes,
        @Setting("Lanes in which it is done") int lanes,

        @Setting(
                "When a failed login is answered after it came, so that time tells nobody's hash; longer than the costliest takes")
        Duration refuseAfter) {

    /** What holds when nothing is configured: what OWASP advises. */
    public static final PasswordOptions DEFAULT =
            new PasswordOptions(DataSize.ofMegabytes(19), 2, 1, Duration.ofMillis(500));

    public PasswordOptions {
        Require.atLeast(DataSize.ofMegabytes(8), memory, "memory");
        Require.atMost(DataSize.ofMegabytes(256), memory, "memory");
        Require.between(1, 16, passes, "passes");
        Require.between(1, 8, lanes, "lanes");
        Require.notNegative(refuseAfter, "refuse-after");
    }

    public PasswordOptions withMemory(DataSize memory) {
        return new PasswordOptions(memory, passes, lanes, refuseAfter);
    }

    public PasswordOptions withPasses(int passes) {
        return new PasswordOptions(memory, passes, lanes, refuseAfter);
    }

    public PasswordOptions withLanes(int lanes) {
        return new PasswordOptions(memory, passes, lanes, refuseAfter);
    }

    public PasswordOptions withRefuseAfter(Duration refuseAfter) {
        return new PasswordOptions(memory, passes, lanes, refuseAfter);
    }

    /** Kilobytes, as argon2id counts. */
    int memoryKib() {
        return Math.toIntExact(memory.bytes() >> 10);
    }
}
