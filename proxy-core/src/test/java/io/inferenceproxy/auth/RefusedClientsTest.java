package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedClientsTest {

    private static final String ID = "abcdefghijkm";

    private final ManualClock clock = new ManualClock();
    private final List<AuditEvent> events = new ArrayList<>();
    private final RefusedClients refusals = new RefusedClients(events::add, clock);

    @Test
    void oneAddressIsALineEachTimeThatItsRefusalsHaveDoubled() {
        for (int i = 0; i < 1_000; i++) {
            refusals.refused(from("192.0.2.1"), id(i), "wrong");
        }

        assertThat(events).hasSize(10);
    }

    @Test
    void oneKeyIsALineEachTimeThatItsRefusalsHaveDoubledWhereverTheyComeFrom() {
        for (int i = 0; i < 200; i++) {
            refusals.refused(from("192.0.2.1"), id(i), "wrong");
            refusals.refused(from("192.0.2.2"), id(i), "wrong");
        }
        events.clear();
        clock.advance(Duration.ofMinutes(1));
        for (int i = 0; i < 16; i++) {
            refusals.refused(from(i % 2 == 0 ? "192.0.2.1" : "192.0.2.2"), ID, "wrong");
        }

        assertThat(events)
                .hasSize(4)
                .allSatisfy(event -> assertThat(event.subject()).isEqualTo(ID));
    }

    @Test
    void manyAddressesWithManyKeysGetABoundedNumberOfLinesAMinuteAndTheNextSaysHowManyWereLeftOut() {
        for (int i = 0; i < 5_000; i++) {
            refusals.refused(from("10.0." + i / 250 + "." + i % 250), id(i), "wrong");
        }
        assertThat(events).hasSize(RefusalLines.MOST);

        clock.advance(Duration.ofMinutes(1));
        refusals.refused(from("192.0.2.1"), ID, "wrong");
        refusals.refused(from("192.0.2.2"), ID, "wrong");

        assertThat(events.get(RefusalLines.MOST).detail()).isEqualTo("wrong; 4970 lines like it were left out before");
        assertThat(events.get(RefusalLines.MOST + 1).detail()).isEqualTo("wrong");
    }

    @Test
    void aSuccessAndHalfAnHourAreANewBeginning() {
        refusals.refused(from("192.0.2.1"), ID, "wrong");
        refusals.refused(from("192.0.2.1"), ID, "wrong");
        refusals.refused(from("192.0.2.1"), ID, "wrong");
        refusals.succeeded(from("192.0.2.1"), ID);
        refusals.refused(from("192.0.2.1"), ID, "wrong");
        clock.advance(Duration.ofMinutes(30));
        refusals.refused(from("192.0.2.1"), ID, "wrong");

        assertThat(events).hasSize(4);
    }

    private static String id(int number) {
        String id = "Key%09d".formatted(number).replace('0', 'z');
        assertThat(KeyText.isId(id)).isTrue();
        return id;
    }

    private static ProxyCall from(String address) {
        return AuthCalls.call("POST", "/oauth2/token", address, AuthCalls.INLINE, Body.empty());
    }
}
