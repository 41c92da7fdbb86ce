package io.inferenceproxy.redis;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedClaim.Turns;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Random;

/** The windows of a {@link CounterSchedule}, and what they are asked. */
final class CounterShapes {

    /** How many policies there are, each of one window. */
    static final int POLICIES = 9;

    /** How many claims there are to choose from: of some policies more than one. */
    static final int COUNT = 10;

    /** The time between which a change goes from one proxy to the next, in requests; as long it is in force then. */
    private static final int PHASE = 1_000;

    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata"); // half an hour apart from the others
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long SKEW = 5_000_000;

    private CounterShapes() {}

    static SharedClaim claim(int shape, CounterKey key, int step, long now, Random random) {
        return switch (shape) {
            case 0 -> rolling("minute", 60, 1, false, key, 1, 20);
            case 1 -> rolling("hour", 3_600, 1, false, key, 1 + random.nextInt(3), 150);
            case 2, 3 -> growing(step, key, random);
            case 4 -> rolling("tokens", 60, 1 << 16, true, key, 1L + random.nextInt(700), 5_000);
            case 5 -> rolling("items", 30, 1, true, key, 1L + random.nextInt(30), 100);
            case 6 -> fixed("hours", 3_600, key, 1L + random.nextInt(4), 40, now, random);
            case 7 -> fixed("days", 86_400, key, 1, 200, now, random);
            case 8 -> smooth("smooth", 3_600, key, 1L + random.nextInt(10), 7_200, 10);
            default -> atOnce(key, 1);
        };
    }

    /** One that goes from 512 to 900 and back, which the proxies do one after the other. */
    private static SharedClaim growing(int step, CounterKey key, Random random) {
        int phase = step / PHASE % 4;
        boolean isGrown = phase == 2 || phase % 2 == 1 && random.nextBoolean();
        return isGrown
                ? rolling("grows", 600, 1 << 20, true, key, 1L + random.nextInt(40), 900)
                : rolling("grows", 600, 1, false, key, 1L + random.nextInt(8), 512);
    }

    private static SharedClaim rolling(
            String policy, long seconds, long grid, boolean weighed, CounterKey key, long amount, long quota) {
        SharedWindow window = new SharedWindow(policy, Kind.ROLLING, Duration.ofSeconds(seconds), grid, weighed, 0);
        return new SharedClaim(window, key, amount, quota, Turns.NONE);
    }

    private static SharedClaim fixed(
            String policy, long seconds, CounterKey key, long amount, long quota, long now, Random random) {
        SharedWindow window = new SharedWindow(policy, Kind.FIXED, Duration.ofSeconds(seconds), 1, false, 0);
        return new SharedClaim(window, key, amount, quota, turns(window, now, random));
    }

    private static SharedClaim smooth(
            String policy, long seconds, CounterKey key, long amount, long quota, long burst) {
        SharedWindow window = new SharedWindow(policy, Kind.SMOOTH, Duration.ofSeconds(seconds), 1, false, burst);
        return new SharedClaim(window, key, amount, quota, Turns.NONE);
    }

    static SharedClaim atOnce(CounterKey key, long amount) {
        SharedWindow window = new SharedWindow("models", Kind.AT_ONCE, Duration.ZERO, 1, false, 0);
        return new SharedClaim(window, key, amount, 5, Turns.NONE);
    }

    /** What a proxy says whose clock is some seconds ahead or behind. */
    static Turns turns(SharedWindow window, long now, Random random) {
        return window.kind() == Kind.FIXED
                ? ModelledFixed.turns(micros(window), zone(window), now + random.nextLong(-SKEW, SKEW))
                : Turns.NONE;
    }

    static ZoneId zone(SharedWindow window) {
        return window.policy().equals("hours") ? KOLKATA : BERLIN;
    }

    static long micros(SharedWindow window) {
        return window.period().toNanos() / 1_000;
    }

    static ModelledWindow model(SharedWindow window, long lease) {
        return switch (window.kind()) {
            case ROLLING -> new ModelledRolling(micros(window));
            case FIXED -> new ModelledFixed(micros(window), zone(window));
            case SMOOTH -> new ModelledSmooth();
            case AT_ONCE -> new ModelledAtOnce(lease);
        };
    }
}
