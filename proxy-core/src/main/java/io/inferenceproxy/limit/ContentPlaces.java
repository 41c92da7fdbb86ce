package io.inferenceproxy.limit;

import io.inferenceproxy.cost.JsonPlace;
import io.inferenceproxy.cost.JsonPlaces;
import io.inferenceproxy.cost.JsonValues;
import io.inferenceproxy.http.Body;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where policies look in the content of calls: for the model, and for arrays whose items they count. Immutable. */
final class ContentPlaces {

    private final Map<String, JsonPlace> texts = new HashMap<>();
    private final Map<String, JsonPlace> lengths = new HashMap<>();
    private final JsonPlaces places;

    ContentPlaces(List<LimitPolicyOptions> policies) {
        for (LimitPolicyOptions policy : policies) {
            policy.key().stream()
                    .filter(LimitKey::readsContent)
                    .forEach(key -> texts.put(key.name(), JsonPlace.ofText(key.name())));
            if (policy.cost() instanceof LimitCost.Items items) {
                lengths.put(items.pointer(), JsonPlace.ofLength(items.pointer()));
            }
        }
        List<JsonPlace> all = new ArrayList<>(texts.values());
        all.addAll(lengths.values());
        this.places = JsonPlaces.of(all);
    }

    /** What a gathered body has there; reading takes up to a millisecond for a megabyte. */
    CallContent in(Body body) {
        JsonValues values = places.valuesIn(body);
        return new CallContent() {
            @Override
            public String text(String pointer) {
                JsonPlace place = texts.get(pointer);
                return place == null ? "" : values.text(place).orElse("");
            }

            @Override
            public long items(String pointer) {
                JsonPlace place = lengths.get(pointer);
                return place == null ? 0 : values.number(place).orElse(0);
            }
        };
    }
}
