package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedCounters;

/** Opens the Redis of the options; found by {@link java.util.ServiceLoader}. */
public final class RedisCountersProvider implements SharedCounters.Provider {

    @Override
    public SharedCounters open(RedisOptions options) {
        RedisLink link = RedisLink.open(options);
        boolean opened = false;
        try {
            SharedCounters counters = RedisCounters.over(link, options);
            opened = true;
            return counters;
        } finally {
            if (!opened) {
                link.close();
            }
        }
    }
}
