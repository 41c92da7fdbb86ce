package io.inferenceproxy.limit;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The windows of a caller as JSON, in the words of the header fields. */
public final class LimitJson {

    private LimitJson() {}

    /** An array with {@code policy}, {@code quota}, {@code unit}, {@code window}, {@code remaining} and {@code reset} of each window. */
    public static ArrayNode of(List<WindowStatus> statuses) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (WindowStatus status : statuses) {
            LimitWindow window = status.window();
            array.addObject()
                    .put("policy", window.name())
                    .put("quota", window.quota())
                    .put("unit", window.unit())
                    .put("window", window.seconds())
                    .put("remaining", status.remaining())
                    .put("reset", status.resetSeconds());
        }
        return array;
    }
}
