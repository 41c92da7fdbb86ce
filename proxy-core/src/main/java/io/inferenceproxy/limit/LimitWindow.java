package io.inferenceproxy.limit;

/**
 * One window of a policy, as clients know it.
 *
 * @param name the policy's name, a dash and the period, such as {@code per-user-hour}
 * @param quota how many calls
 * @param seconds over how many seconds
 */
public record LimitWindow(String name, long quota, long seconds) {}
