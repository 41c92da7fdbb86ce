package io.inferenceproxy.cost;

import java.util.Optional;
import java.util.OptionalLong;

/** What was found so far at places in JSON. Asking for a place that was not looked for finds nothing. */
public interface JsonValues {

    /** The number there, or the length of the array there, whichever the place is for. */
    OptionalLong number(JsonPlace place);

    /** How many events the content had so far, of those that have data; 0 where it is no event stream. */
    default long events() {
        return 0;
    }

    /** The text there. */
    Optional<String> text(JsonPlace place);
}
