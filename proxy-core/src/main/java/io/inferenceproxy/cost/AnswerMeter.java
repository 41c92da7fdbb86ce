package io.inferenceproxy.cost;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.WatchedBody;
import java.util.Optional;

/**
 * Reads from an answer, while that passes to the client, what the upstream says of its cost: JSON, or events of JSON.
 *
 * <pre>{@code
 * AnswerMeter meter = new AnswerMeter(places);
 * call.onAnswer(meter::watching);
 * call.onEnd(end -> charge(meter.values().number(TOKENS)));
 * }</pre>
 *
 * One is for one answer. It finds nothing in an answer of another media type, or in one with a content coding. What it says
 * once the call has ended is final: what was read until then. It reads whatever answer it is given, a problem of the
 * proxy itself too: whose answers count is for who asks.
 */
public final class AnswerMeter {

    private final JsonPlaces places;
    private JsonValues values;

    public AnswerMeter(JsonPlaces places) {
        this.places = places;
        this.values = new FoundValues(places.list());
    }

    /** The answer, read as it passes; the answer itself where nothing can be read. */
    public ProxyResponse watching(ProxyResponse answer) {
        Optional<PieceReader> reader = reader(answer.headers());
        if (reader.isEmpty()) {
            return answer;
        }
        values = reader.get().values();
        return answer.withBody(WatchedBody.of(answer.body(), new PieceFeed(reader.get())));
    }

    /** What the answer had so far. On the thread that brings the answer, or after its end. */
    public JsonValues values() {
        return values;
    }

    private Optional<PieceReader> reader(Headers headers) {
        Optional<MediaType> type = headers.first("Content-Type").map(MediaType::parse);
        if (type.isEmpty() || !headers.all("Content-Encoding").stream().allMatch("identity"::equalsIgnoreCase)) {
            return Optional.empty();
        }
        if (type.get().isEventStream()) {
            return Optional.of(new EventValueReader(places));
        }
        return type.get().isJson() ? Optional.of(new JsonValueReader(places)) : Optional.empty();
    }
}
