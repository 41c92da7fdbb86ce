package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.testing.RecordingSink;
import io.inferenceproxy.testing.ScriptedBody;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonPlacesTest {

    private static final JsonPlace COUNT = JsonPlace.ofNumber("/n");

    @Test
    void whatAGatheredBodyHasIsReadWithoutTakingItAway() {
        Body body = Body.of(Readings.utf8("{\"n\":3}"));

        JsonValues values = JsonPlaces.of(COUNT).valuesIn(body);

        assertThat(values.number(COUNT)).hasValue(3);
        RecordingSink sink = new RecordingSink();
        body.read(sink);
        assertThat(sink.text()).isEqualTo("{\"n\":3}");
    }

    @Test
    void aBodyThatIsStillComingIsLeftAlone() {
        ScriptedBody coming = ScriptedBody.chunked();

        JsonValues values = JsonPlaces.of(COUNT).valuesIn(coming);

        assertThat(values.number(COUNT)).isEmpty();
        assertThat(coming.isRead()).isFalse();
    }

    @Test
    void onePlaceTwiceIsOneAndAnUnknownOneFindsNothing() {
        JsonValues values =
                JsonPlaces.of(COUNT, JsonPlace.ofNumber("/n")).valuesIn(Body.of(Readings.utf8("{\"n\":3,\"m\":4}")));

        assertThat(values.number(COUNT)).hasValue(3);
        assertThat(values.number(JsonPlace.ofNumber("/m"))).isEmpty();
        assertThat(values.text(JsonPlace.ofText("/m"))).isEmpty();
    }

    @Test
    void theyAreBoundedInNumber() {
        List<JsonPlace> many = IntStream.range(0, 33)
                .mapToObj(i -> JsonPlace.ofNumber("/" + i))
                .toList();

        assertThatThrownBy(() -> JsonPlaces.of(many)).hasMessage("33 places in JSON (expected: up to 32)");
    }
}
