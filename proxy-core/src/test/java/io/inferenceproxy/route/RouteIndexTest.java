package io.inferenceproxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteIndexTest {

    private static final ProxyHandler HANDLER = call -> CompletableFuture.completedFuture(ProxyResponse.empty(204));
    private static final String[] METHODS = {"GET", "POST", "PUT", "GET,POST", "*"};

    private static RouteEntry entry(String match) {
        return new RouteEntry(match, RouteMatch.parse(match), ApiStyle.NATIVE, HANDLER);
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int segments = 1 + random.nextInt(3); segments > 0; segments--) {
            path.append('/').append("ab".charAt(random.nextInt(2))).append(random.nextBoolean() ? "c" : "");
        }
        return path.toString();
    }

    /** Exact before all below, longer before shorter: looked for among all, one by one. */
    private static List<RouteEntry> matching(List<RouteEntry> entries, String method, String path) {
        return entries.stream()
                .filter(entry -> entry.match().covers(path) && entry.match().allows(method))
                .sorted(Comparator.comparing((RouteEntry entry) -> entry.match().below())
                        .thenComparing(entry -> -entry.match().path().length()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theRouteFoundIsTheMostSpecificOfAll(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<RouteEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                String below = random.nextInt(3) == 0 ? "/**" : "";
                entries.add(entry(METHODS[random.nextInt(METHODS.length)] + " " + path(random) + below));
            }
            RouteIndex index = new RouteIndex(entries);
            for (int i = 0; i < 20; i++) {
                String method = random.nextBoolean() ? "GET" : "DELETE";
                String path = path(random);
                List<RouteEntry> expected = matching(entries, method, path);

                assertThat(index.find(method, path))
                        .as("%s %s of %s", method, path, entries)
                        .isEqualTo(expected.isEmpty() ? null : expected.get(0));
                assertThat(index.covers(path))
                        .isEqualTo(
                                entries.stream().anyMatch(entry -> entry.match().covers(path)));
            }
        }
    }

    @Test
    void withoutRoutesNothingIsFound() {
        RouteIndex none = new RouteIndex(List.of());

        assertThat(none.find("GET", "/")).isNull();
        assertThat(none.covers("")).isFalse();
        assertThat(none.all()).isEmpty();
    }
}
