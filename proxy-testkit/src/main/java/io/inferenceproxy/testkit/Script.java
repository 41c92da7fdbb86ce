package io.inferenceproxy.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Replies in order, of which the last one repeats. */
final class Script {

    private final List<Reply> replies;
    private final AtomicInteger position = new AtomicInteger();

    Script(Reply first, Reply... next) {
        List<Reply> all = new ArrayList<>(List.of(next));
        all.add(0, first);
        this.replies = List.copyOf(all);
    }

    Reply next() {
        int last = replies.size() - 1;
        return replies.get(position.getAndUpdate(current -> Math.min(current + 1, last)));
    }
}
