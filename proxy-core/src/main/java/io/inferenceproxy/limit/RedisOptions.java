package io.inferenceproxy.limit;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Redis through which several proxies share their limits, when they should.
 */
public record RedisOptions(
        @Setting(
                "Where it is: redis://HOST:PORT, rediss:// for TLS, redis-sentinel://HOST,HOST?sentinelMasterId=NAME, redis-cluster://HOST,HOST; without it each proxy counts by itself")
        String url,

        @Setting("As whom to sign in; empty for the default user, or where the URL says it")
        String username,

        @Setting("The password of that user") Secret password,

        @Setting("PEM file with the authorities whose certificates are believed, in place of those that Java trusts")
        Optional<Path> ca,

        @Setting("Without Redis: share (each proxy admits its part), open (all is admitted) or closed (503)")
        OnFailure onFailure,

        @Setting("How long a call waits for its decision, before it is made without Redis")
        Duration timeout,

        @Setting("What the names of keys begin with; proxies with the same one share their limits")
        String prefix,

        @Setting("How long calls under way at a proxy that died are still counted by at-once")
        Duration lease,

        @Setting(
                "Most calls that a proxy takes ahead of a busy caller's quota, to decide about them without a round trip; 0 for none")
        int slice,

        @Setting("How long it keeps them at most; what was not used by then is given back")
        Duration sliceFor) {

    private static final int MOST_SLICE = 10_000;
    private static final int LEAST_SLICE_MILLIS = 10;
    private static final int MOST_SLICE_MILLIS = 60_000;

    private static final List<String> SCHEMES = List.of(
            "redis://",
            "rediss://",
            "redis-sentinel://",
            "rediss-sentinel://",
            "redis-cluster://",
            "rediss-cluster://");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final Pattern USERINFO = Pattern.compile("(?<=//).*@");

    /** What holds when nothing is configured. */
    public static final RedisOptions DEFAULT = new RedisOptions(
            "",
            "",
            Secret.none(),
            Optional.empty(),
            OnFailure.SHARE,
            Duration.ofMillis(50),
            "inference-proxy",
            Duration.ofSeconds(10),
            0,
            Duration.ofSeconds(1));

    /** What is done about limits while Redis does not answer. */
    public enum OnFailure {
        /** Each proxy admits its part of what was left, as many parts as there were proxies. */
        SHARE,
        /** All calls are admitted. */
        OPEN,
        /** Calls under limits are refused with 503. */
        CLOSED
    }

    public RedisOptions {
        if (!url.isEmpty() && SCHEMES.stream().noneMatch(url::startsWith)) {
            throw new IllegalArgumentException(
                    "url: not a URL of Redis (expected: redis://…, rediss://…, redis-sentinel://… or redis-cluster://…)");
        }
        if (ca.isPresent() && !url.startsWith("rediss")) {
            throw new IllegalArgumentException("ca: not used (expected: url: rediss://…)");
        }
        requireReadable(url);
        Require.between(1, 10_000, timeout.toMillis(), "timeout");
        Require.between(1, 3_600, lease.toSeconds(), "lease");
        Require.between(0, MOST_SLICE, slice, "slice");
        Require.between(LEAST_SLICE_MILLIS, MOST_SLICE_MILLIS, sliceFor.toMillis(), "slice-for");
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 1 to 64 of A-Z a-z 0-9 . _ : -)");
        }
    }

    /** A password with a slash would be taken for a path, and shown; so would one of a URL that nobody can read. */
    private static void requireReadable(String url) {
        try {
            String authority = new URI(url).getRawAuthority();
            if (url.isEmpty()
                    || authority != null && url.lastIndexOf('@') < url.indexOf("//") + 2 + authority.length()) {
                return;
            }
        } catch (URISyntaxException unreadable) {
            // its message quotes the URL
        }
        throw new IllegalArgumentException(
                "url: cannot be read (expected: what is special in a user or password percent-encoded, / as %2F)");
    }

    /** Whether there is one. */
    public boolean isOn() {
        return !url.isEmpty();
    }

    /** The URL as it may be shown, without who signs in. */
    public String shownUrl() {
        return USERINFO.matcher(url).replaceAll("");
    }

    public RedisOptions withUrl(String url) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withUsername(String username) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withPassword(Secret password) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withCa(Path ca) {
        return new RedisOptions(
                url, username, password, Optional.of(ca), onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withOnFailure(OnFailure onFailure) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withTimeout(Duration timeout) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withPrefix(String prefix) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withLease(Duration lease) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withSlice(int slice) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    public RedisOptions withSliceFor(Duration sliceFor) {
        return new RedisOptions(url, username, password, ca, onFailure, timeout, prefix, lease, slice, sliceFor);
    }

    @Override
    public String toString() {
        return "RedisOptions[url=" + shownUrl() + ", onFailure=" + onFailure + ", timeout=" + timeout + ", prefix="
                + prefix + ", lease=" + lease + ", slice=" + slice + ", sliceFor=" + sliceFor + "]";
    }
}
