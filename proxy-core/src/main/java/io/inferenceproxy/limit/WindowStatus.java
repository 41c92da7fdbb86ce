package io.inferenceproxy.limit;

/**
 * How a window stands for one caller.
 *
 * @param window the window
 * @param remaining how many calls it still admits
 * @param resetSeconds seconds until it is full again, rounded up; the whole window where it is full already, since it
 *     begins with the next call
 */
public record WindowStatus(LimitWindow window, long remaining, long resetSeconds) {}
