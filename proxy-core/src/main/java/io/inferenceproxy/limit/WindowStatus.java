package io.inferenceproxy.limit;

import java.util.List;

/**
 * How a window stands for one caller.
 *
 * @param window the window
 * @param remaining how many calls it still admits
 * @param resetSeconds seconds until it is full again, rounded up; the whole window where it is full already, since it
 *     begins with the next call
 */
public record WindowStatus(LimitWindow window, long remaining, long resetSeconds) {

    /**
     * Which of the windows has the fewest remaining; of several such, the one that resets last. Windows that count what is under
     * way come after all others: how many more that admits changes with every call that ends.
     */
    static int tightest(List<WindowStatus> statuses) {
        int tightest = 0;
        for (int i = 1; i < statuses.size(); i++) {
            if (statuses.get(i).isTighterThan(statuses.get(tightest))) {
                tightest = i;
            }
        }
        return tightest;
    }

    boolean isTighterThan(WindowStatus other) {
        boolean timed = window.seconds() > 0;
        if (timed != other.window.seconds() > 0) {
            return timed;
        }
        return remaining < other.remaining || remaining == other.remaining && resetSeconds > other.resetSeconds;
    }
}
