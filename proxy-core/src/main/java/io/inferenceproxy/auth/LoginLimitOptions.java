package io.inferenceproxy.auth;

import io.inferenceproxy.units.Allowance;
import io.inferenceproxy.units.Setting;
import java.util.Objects;

/**
 * How many failed logins are tried before further ones are refused without hashing.
 */
public record LoginLimitOptions(
        @Setting("Failed logins from one address (IPv6: one /64), or off")
        Allowance perAddress,

        @Setting("Failed logins for one user name, or off") Allowance perUser,

        @Setting("Failed logins in a row") LockoutOptions lockout) {

    /** What holds when nothing is configured. */
    public static final LoginLimitOptions DEFAULT = new LoginLimitOptions(
            Allowance.parse("20 per minute"), Allowance.parse("10 per minute"), LockoutOptions.DEFAULT);

    public LoginLimitOptions {
        Objects.requireNonNull(perAddress, "per-address");
        Objects.requireNonNull(perUser, "per-user");
        Objects.requireNonNull(lockout, "lockout");
    }

    public LoginLimitOptions withPerAddress(Allowance perAddress) {
        return new LoginLimitOptions(perAddress, perUser, lockout);
    }

    public LoginLimitOptions withPerUser(Allowance perUser) {
        return new LoginLimitOptions(perAddress, perUser, lockout);
    }

    public LoginLimitOptions withLockout(LockoutOptions lockout) {
        return new LoginLimitOptions(perAddress, perUser, lockout);
    }
}
