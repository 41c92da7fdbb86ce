package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/**
 * When a fixed window begins anew, by the calendar of a time zone: days at midnight, weeks on Monday, months and years on
 * their first day, shorter spans counted from midnight. Several days, months or years are counted from 1970, weeks from its first Monday. Safe for many threads; the turn of now is kept.
 */
final class CalendarTurns {

    private static final long NANOS = 1_000_000_000L;
    private static final LocalDate EPOCH = LocalDate.EPOCH;
    private static final LocalDate FIRST_MONDAY = EPOCH.with(TemporalAdjusters.next(DayOfWeek.MONDAY));

    private final Duration span;
    private final ZoneId zone;
    private volatile Turn current = new Turn(0, 0);

    CalendarTurns(Duration span, ZoneId zone) {
        this.span = span;
        this.zone = zone;
    }

    /**
     * One turn of a window.
     *
     * @param begin its first nanosecond since 1970
     * @param end that of the next turn
     */
    record Turn(long begin, long end) {}

    Turn at(long now) {
        Turn turn = current;
        if (now < turn.begin || now >= turn.end) {
            turn = computed(Instant.ofEpochSecond(0, now).atZone(zone));
            current = turn;
        }
        return turn;
    }

    private Turn computed(ZonedDateTime now) {
        LocalDate today = now.toLocalDate();
        if (span.toSeconds() % Window.MONTH.toSeconds() == 0) {
            long months = span.toSeconds() / Window.MONTH.toSeconds();
            long since = ChronoUnit.MONTHS.between(EPOCH, today.withDayOfMonth(1));
            LocalDate first = EPOCH.plusMonths(Math.floorDiv(since, months) * months);
            return turn(first, first.plusMonths(months));
        }
        long days = span.toDays();
        if (!span.equals(Duration.ofDays(days))) {
            return withinADay(now);
        }
        LocalDate from = days % 7 == 0 ? FIRST_MONDAY : EPOCH;
        long since = Math.floorDiv(ChronoUnit.DAYS.between(from, today), days) * days;
        return turn(from.plusDays(since), from.plusDays(since + days));
    }

    /** Spans that do not fill a day end with it; those of a day and a bit know no calendar. */
    private Turn withinADay(ZonedDateTime now) {
        long length = span.toNanos();
        long at = now.toEpochSecond() * NANOS + now.getNano();
        boolean longer = span.compareTo(Duration.ofDays(1)) > 0;
        long from = longer ? 0 : nanos(now.toLocalDate());
        long begin = from + Math.floorDiv(at - from, length) * length;
        long end = begin + length;
        return new Turn(
                begin, longer ? end : Math.min(end, nanos(now.toLocalDate().plusDays(1))));
    }

    private Turn turn(LocalDate first, LocalDate next) {
        return new Turn(nanos(first), nanos(next));
    }

    private long nanos(LocalDate date) {
        return date.atStartOfDay(zone).toEpochSecond() * NANOS;
    }
}
