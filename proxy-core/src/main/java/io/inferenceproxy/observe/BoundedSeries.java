package io.inferenceproxy.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The meters of each series, looked up once; when there are too many, newcomers share what their key folds to. For one thread. */
final class BoundedSeries<K, V> {

    private final Map<K, V> known = new HashMap<>();
    private final int limit;
    private final Function<K, V> maker;
    private final UnaryOperator<K> folding;

    BoundedSeries(int limit, Function<K, V> maker, UnaryOperator<K> folding) {
        this.limit = limit;
        this.maker = maker;
        this.folding = folding;
    }

    V get(K key) {
        V series = known.get(key);
        if (series != null) {
            return series;
        }
        return known.computeIfAbsent(known.size() < limit ? key : folding.apply(key), maker);
    }
}
