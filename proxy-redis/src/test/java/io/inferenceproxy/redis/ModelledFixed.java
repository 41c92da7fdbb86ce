package io.inferenceproxy.redis;

import io.inferenceproxy.limit.SharedClaim.Turns;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** A fixed window of an hour or a day, by the calendar of a time zone: what is used in the turn. */
final class ModelledFixed implements ModelledWindow {

    private final long period;
    private final ZoneId zone;
    private long begin;
    private long end;
    private long used;

    ModelledFixed(long period, ZoneId zone) {
        this.period = period;
        this.zone = zone;
    }

    /** What a proxy says of the turns around a time. */
    static Turns turns(long period, ZoneId zone, long now) {
        long begin = begin(period, zone, now);
        long end = end(period, zone, now);
        return new Turns(begin(period, zone, begin - 1), begin, end, end(period, zone, end));
    }

    private static long begin(long period, ZoneId zone, long now) {
        long midnight = midnight(zone, day(zone, now));
        return isDay(period) ? midnight : midnight + (now - midnight) / period * period;
    }

    private static long end(long period, ZoneId zone, long now) {
        long next = midnight(zone, day(zone, now).plusDays(1));
        return isDay(period) ? next : Math.min(next, begin(period, zone, now) + period);
    }

    private static boolean isDay(long period) {
        return period == Duration.ofDays(1).toNanos() / 1_000;
    }

    private static LocalDate day(ZoneId zone, long now) {
        return Instant.ofEpochSecond(0, 1_000 * now).atZone(zone).toLocalDate();
    }

    private static long midnight(ZoneId zone, LocalDate day) {
        return 1_000_000 * day.atStartOfDay(zone).toEpochSecond();
    }

    private void turn(long now) {
        if (now >= end) {
            begin = begin(period, zone, now);
            end = end(period, zone, now);
            used = 0;
        }
    }

    @Override
    public long waitOf(Ask ask) {
        turn(ask.now());
        if (used + ask.amount() <= ask.quota()) {
            return 0;
        }
        return ask.amount() > ask.quota() ? NEVER : end - ask.now();
    }

    @Override
    public void change(Ask ask) {
        turn(ask.now());
        if (ask.at() >= begin) {
            used = switch (ask.verb()) {
                case CHARGE, ADD -> used + ask.amount();
                case GIVE_BACK -> Math.max(0, used - ask.amount());
                default -> throw new IllegalStateException(ask.toString());
            };
        }
    }

    @Override
    public long remaining(Ask ask) {
        turn(ask.now());
        return ask.quota() - used;
    }

    @Override
    public long reset(Ask ask) {
        turn(ask.now());
        return end - ask.now();
    }

    @Override
    public long until() {
        return used == 0 ? 0 : end;
    }
}
