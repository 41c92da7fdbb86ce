package io.inferenceproxy.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The meters of each series, looked up once; when there are too many, newcomers share what their key folds to. */
final class BoundedSeries<K, V> {

    private final Map<K, V> known = new ConcurrentHashMap<>();
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
