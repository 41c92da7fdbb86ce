package io.inferenceproxy.redis;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedWindow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Requests in the form in which {@code counters.lua} reads them, and the names of their keys. */
final class RequestBytes {

    private static final int HEAD = 5 * Double.BYTES;
    private static final int WINDOW = 8 * Double.BYTES;
    private static final int KEY = 22;
    private static final Base64.Encoder NAMES = Base64.getUrlEncoder().withoutPadding();

    private final String prefix;
    private final long replica;
    private final long lease;
    private final LongSupplier offset;
    /** As many as the windows of the policies. */
    private final ConcurrentHashMap<SharedWindow, byte[]> names = new ConcurrentHashMap<>();

    RequestBytes(RedisOptions options, long replica, LongSupplier offset) {
        this.prefix = prefix(options);
        this.replica = replica;
        this.lease = micros(options.lease());
        this.offset = offset;
    }

    /** What the names of all keys begin with, the hash tag. */
    static String prefix(RedisOptions options) {
        return "{" + options.prefix() + "}:";
    }

    byte[][] keys(SharedRequest request) {
        List<SharedClaim> claims = request.claims();
        byte[][] keys = new byte[claims.size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(claims.get(i));
        }
        return keys;
    }

    /** The window's name, then the caller's, a hash of 16 bytes that does not tell the caller. */
    private byte[] key(SharedClaim claim) {
        byte[] window = names.computeIfAbsent(claim.window(), this::name);
        CounterKey key = claim.key();
        byte[] hash = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(key.high())
                .putLong(key.low())
                .array();
        byte[] whole = new byte[window.length + KEY];
        System.arraycopy(window, 0, whole, 0, window.length);
        System.arraycopy(NAMES.encode(hash), 0, whole, window.length, KEY);
        return whole;
    }

    /** Windows whose values are of another form have other names. */
    private byte[] name(SharedWindow window) {
        String form = switch (window.kind()) {
            case ROLLING -> "rolling";
            case FIXED -> "fixed";
            case SMOOTH -> "smooth";
            case AT_ONCE -> "at-once";
        };
        return (prefix + form + ":" + window.policy() + ":" + window.period().toSeconds() + ":")
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] of(SharedRequest request) {
        List<SharedClaim> claims = request.claims();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + WINDOW * claims.size()).order(ByteOrder.LITTLE_ENDIAN);
        put(bytes, verb(request.verb()), request.at(), offset.getAsLong(), replica, lease);
        for (int i = 0; i < claims.size(); i++) {
            put(claims.get(i), request.patience(), bytes);
        }
        return bytes.array();
    }

    private static void put(SharedClaim claim, long patience, ByteBuffer bytes) {
        SharedWindow window = claim.window();
        put(bytes, kind(window.kind()), claim.amount(), claim.quota(), micros(window.period()));
        switch (window.kind()) {
            case ROLLING -> put(bytes, window.grid(), window.weighed() ? 1 : 0, 0, 0);
            case FIXED -> {
                SharedClaim.Turns turns = claim.turns();
                put(bytes, turns.before(), turns.begin(), turns.end(), turns.after());
            }
            case SMOOTH -> put(bytes, window.burst(), 0, 0, 0);
            case AT_ONCE -> put(bytes, patience, 0, 0, 0);
        }
    }

    /** Lua knows no other numbers; all of these are below 2 to the power of 53. */
    private static void put(ByteBuffer bytes, long... numbers) {
        for (long number : numbers) {
            bytes.putDouble((double) number);
        }
    }

    private static int verb(SharedRequest.Verb verb) {
        return switch (verb) {
            case CHARGE -> 1;
            case ADD -> 2;
            case GIVE_BACK -> 3;
            case PEEK -> 4;
            case HOLD -> 5;
        };
    }

    private static int kind(SharedWindow.Kind kind) {
        return switch (kind) {
            case ROLLING -> 1;
            case FIXED -> 2;
            case SMOOTH -> 3;
            case AT_ONCE -> 4;
        };
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
