package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;

/** A policy at work: whose calls it counts together, and their counters. All routes under it share it. */
record LimitPolicy(LimitKey kind, CounterTable table) {

    CounterKey key(ProxyCall call) {
        return CounterKey.of(kind, call);
    }
}
