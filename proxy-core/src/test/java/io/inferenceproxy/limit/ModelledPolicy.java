package io.inferenceproxy.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the windows of a policy promise, in the plainest way: each key has a list of its charges, which is looked through anew for
 * every question. It shares nothing with the counters, and knows nothing of how these keep what they know.
 *
 * <p>Rolling windows of more than 512 may count a charge up to a 512th of the period longer than they must, so there are two
 * answers to each question, and what is told lies between them. Everywhere else both are the same.
 */
final class ModelledPolicy {

    private static final int EXACT = 512;
    private static final long DAY = Duration.ofDays(1).toNanos();

    private final WindowKind kind;
    private final long[] quotas;
    private final long[] periods;
    private final long burst;
    private final ZoneId zone;
    private final long[] turnBegins;
    private final long[] turnEnds;
    private final Map<Integer, Account> accounts = new HashMap<>();

    ModelledPolicy(LimitPolicyOptions options) {
        int windows = options.windows().size();
        kind = options.kind();
        quotas = new long[windows];
        periods = new long[windows];
        for (int i = 0; i < windows; i++) {
            quotas[i] = options.windows().get(i).quota();
            periods[i] = options.windows().get(i).period().toNanos();
        }
        burst = options.burst();
        zone = ZoneId.of(options.zone());
        turnBegins = new long[windows];
        turnEnds = new long[windows];
    }

    /** A charge: when it was made, what of it was not given back, and how much of that a file would tell. */
    static final class Entry {
        private final long at;
        private long amount;
        private long written;

        Entry(long at, long amount) {
            this.at = at;
            this.amount = amount;
        }

        long amount() {
            return amount;
        }
    }

    /** What was charged under a key, the oldest first; of smooth windows when they will have made up for it. */
    private static final class Account {
        private final List<Entry> entries = new ArrayList<>();
        private long[] paidAt;
        private long[] writtenPaidAt;

        Account(int windows) {
            paidAt = new long[windows];
            writtenPaidAt = new long[windows];
        }
    }

    int windows() {
        return quotas.length;
    }

    Entry charge(int key, long amount, long now) {
        Account account = accounts.computeIfAbsent(key, any -> new Account(quotas.length));
        Entry entry = new Entry(now, amount);
        account.entries.add(entry);
        for (int i = 0; i < quotas.length; i++) {
            account.paidAt[i] = Math.max(account.paidAt[i], now) + nanos(i, amount);
        }
        return entry;
    }

    /** Takes that much of the charge back; of what a smooth window has made up for since then, nothing. */
    void giveBack(int key, Entry entry, long amount, long now) {
        entry.amount -= amount;
        Account account = accounts.get(key);
        for (int i = 0; account != null && i < quotas.length; i++) {
            account.paidAt[i] -= Math.max(0, nanos(i, amount) - (now - entry.at));
        }
    }

    /** How long until the window admits so much, at the least. */
    long leastWait(int key, int window, long amount, long now) {
        return wait(key, window, amount, now, 0);
    }

    /** What the window still admits, at the most. */
    long mostRemaining(int key, int window, long now) {
        return remaining(key, window, now, 0);
    }

    /** How long until the window admits so much at the most, where that is at least so long. */
    long mostWait(int key, int window, long amount, long now, long least) {
        long grid = grid(window);
        return grid == 0 ? least : wait(key, window, amount, now, grid);
    }

    /** What the window still admits at the least, where that is at most so much. */
    long leastRemaining(int key, int window, long now, long most) {
        long grid = grid(window);
        return grid == 0 ? most : remaining(key, window, now, grid);
    }

    private long wait(int key, int window, long amount, long now, long grid) {
        Account account = accounts.get(key);
        if (account == null) {
            return 0;
        }
        return switch (kind) {
            case ROLLING -> {
                long freeAt = freeAt(account, quotas[window] - amount, periods[window]);
                yield freeAt == 0 ? 0 : Math.max(0, freeAt + grid - now);
            }
            case FIXED -> {
                turn(window, now);
                boolean fits = charged(account, turnBegins[window]) + amount <= quotas[window];
                yield fits ? 0 : turnEnds[window] - now;
            }
            case SMOOTH -> Math.max(0, debt(account, window, now) + nanos(window, amount) - nanos(window, burst));
        };
    }

    private long remaining(int key, int window, long now, long grid) {
        Account account = accounts.get(key);
        if (account == null) {
            return kind == WindowKind.SMOOTH ? burst : quotas[window];
        }
        long remaining = switch (kind) {
            case ROLLING -> quotas[window] - charged(account, now - periods[window] - grid + 1);
            case FIXED -> {
                turn(window, now);
                yield quotas[window] - charged(account, turnBegins[window]);
            }
            case SMOOTH -> Math.floorDiv(nanos(window, burst) - debt(account, window, now), nanos(window, 1));
        };
        return Math.max(0, remaining);
    }

    /** How much was charged from that time on. */
    private static long charged(Account account, long since) {
        long charged = 0;
        for (int i = account.entries.size() - 1; i >= 0 && account.entries.get(i).at >= since; i--) {
            charged += account.entries.get(i).amount;
        }
        return charged;
    }

    /** When no span of the period that ends then has more than so much: a period after the charge that is too much. */
    private static long freeAt(Account account, long room, long period) {
        long charged = 0;
        for (int i = account.entries.size() - 1; i >= 0; i--) {
            charged += account.entries.get(i).amount;
            if (charged > room) {
                return account.entries.get(i).at + period;
            }
        }
        return 0;
    }

    /** How long a smooth window takes to make up for so much: the schedules have quotas that come out even. */
    private long nanos(int window, long amount) {
        return amount * (periods[window] / quotas[window]);
    }

    private static long debt(Account account, int window, long now) {
        return Math.max(0, account.paidAt[window] - now);
    }

    private long grid(int window) {
        return kind == WindowKind.ROLLING && quotas[window] > EXACT ? periods[window] / EXACT : 0;
    }

    /** Finds the turn of now: days are those of the calendar, what is shorter is counted from midnight. */
    private void turn(int window, long now) {
        if (now < turnEnds[window] && now >= turnBegins[window]) {
            return;
        }
        LocalDate today = Instant.ofEpochSecond(0, now).atZone(zone).toLocalDate();
        long begin = midnight(today);
        long end = midnight(today.plusDays(1));
        if (periods[window] < DAY) {
            begin += (now - begin) / periods[window] * periods[window];
            end = Math.min(end, begin + periods[window]);
        }
        turnBegins[window] = begin;
        turnEnds[window] = end;
    }

    private long midnight(LocalDate day) {
        return Duration.ofSeconds(day.atStartOfDay(zone).toEpochSecond()).toNanos();
    }

    /** All that was charged until now is in the file. Forgets what no window counts any more. */
    void written(long now) {
        accounts.values().forEach(account -> {
            account.entries.removeIf(entry -> isPast(entry.at, now));
            account.entries.forEach(entry -> entry.written = entry.amount);
            account.writtenPaidAt = account.paidAt.clone();
        });
        accounts.values()
                .removeIf(account -> account.entries.isEmpty()
                        && Arrays.stream(account.paidAt).allMatch(paidAt -> paidAt <= now));
    }

    /** What is not in the file was never charged, and what was given back since then is charged. */
    void killed() {
        accounts.values().forEach(account -> {
            account.entries.forEach(entry -> entry.amount = entry.written);
            account.paidAt = account.writtenPaidAt.clone();
        });
    }

    /** The keys that have been charged so lately that a window may count it. */
    List<Integer> keysInUse(long now) {
        List<Integer> keys = new ArrayList<>();
        accounts.forEach((key, account) -> {
            int last = account.entries.size() - 1;
            if (last >= 0 && !isPast(account.entries.get(last).at, now)) {
                keys.add(key);
            }
        });
        return keys;
    }

    private boolean isPast(long at, long now) {
        int longest = periods.length - 1;
        return at + periods[longest] + grid(longest) <= now && kind != WindowKind.FIXED || at + 2 * DAY <= now;
    }
}
