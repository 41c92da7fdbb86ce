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

    /** Which of the windows has the fewest calls remaining; of several such, the one that resets last. */
    static int tightest(List<WindowStatus> statuses) {
        int tightest = 0;
        for (int i = 1; i < statuses.size(); i++) {
            WindowStatus status = statuses.get(i);
            WindowStatus before = statuses.get(tightest);
            boolean fewer = status.remaining() < before.remaining();
            boolean later = status.resetSeconds() > before.resetSeconds();
            if (fewer || status.remaining() == before.remaining() && later) {
                tightest = i;
            }
        }
        return tightest;
    }
}
