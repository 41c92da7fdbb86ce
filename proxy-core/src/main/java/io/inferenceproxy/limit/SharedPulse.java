package io.inferenceproxy.limit;

/**
 * What a proxy hears when it says that it is there.
 *
 * @param now the time of the shared clock, in microseconds since 1970
 * @param replicas how many proxies are there, this one counted
 * @param seed0 one half of the seed of the keys of all of them
 * @param seed1 the other half
 */
public record SharedPulse(long now, int replicas, long seed0, long seed1) {}
