package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.units.Window;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarTurnsTest {

    @ParameterizedTest
    @CsvSource({
        "1 per hour, UTC, 2026-11-23T10:15:30Z, 2026-11-23T10:00:00Z, 2026-11-23T11:00:00Z",
        "1 per hour, Asia/Kolkata, 2026-11-23T10:15:30Z, 2026-11-23T09:30:00Z, 2026-11-23T10:30:00Z",
        "1 per day, UTC, 2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-24T00:00:00Z",
        "1 per day, Europe/Berlin, 2026-11-23T23:30:00Z, 2026-11-23T23:00:00Z, 2026-11-24T23:00:00Z",
        // a day of 23 hours, and one of 25
        "1 per day, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "1 per day, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "1 per week, UTC, 2026-11-22T23:59:59Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
        "1 per month, UTC, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
        "1 per year, UTC, 2028-02-29T00:00:00Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
        // what does not fill a day ends with it
        "1 per 7 hours, UTC, 2026-11-23T22:00:00Z, 2026-11-23T21:00:00Z, 2026-11-24T00:00:00Z",
        "1 per 36 hours, UTC, 1970-01-02T13:00:00Z, 1970-01-02T12:00:00Z, 1970-01-04T00:00:00Z",
        "1 per 2 days, UTC, 1970-01-03T12:00:00Z, 1970-01-03T00:00:00Z, 1970-01-05T00:00:00Z",
    })
    void aTurnIsThatOfTheCalendar(String window, String zone, Instant now, Instant begin, Instant end) {
        CalendarTurns turns = new CalendarTurns(Window.parse(window).period(), ZoneId.of(zone));

        CalendarTurns.Turn turn = turns.at(nanos(now));

        assertThat(turn).isEqualTo(new CalendarTurns.Turn(nanos(begin), nanos(end)));
        assertThat(turns.at(nanos(begin))).isEqualTo(turn);
        assertThat(turns.at(nanos(end)).begin()).isEqualTo(nanos(end));
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
