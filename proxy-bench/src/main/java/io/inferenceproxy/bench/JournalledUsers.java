package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitJournal;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Many users with some calls each: how large the journal becomes, and how long a start takes that reads it. */
public final class JournalledUsers {

    private static final int CALLS_BETWEEN_WRITES = 8_000;

    private JournalledUsers() {}

    /**
     * Prints, one a line, {@code charged}, {@code closed} and {@code started} with milliseconds and bytes of the file.
     *
     * @param args the file, how many users, how many calls of each
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        int users = Integer.parseInt(args[1]);
        int calls = Integer.parseInt(args[2]);
        long begun = System.nanoTime();
        LimitJournal journal = open(file);
        RateLimiter limiter = limiter(journal);
        journal.start();
        ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
        long admitted = 0;
        for (int round = 0; round < calls; round++) {
            for (int user = 0; user < users; user++) {
                admitted += limiter.tryAcquire(call.withCaller(Calls.user("user-" + user)))
                                instanceof LimitDecision.Admitted
                        ? 1
                        : 0;
                if (user % CALLS_BETWEEN_WRITES == 0) {
                    LockSupport.parkNanos(10_000_000); // else they come faster than any file takes them
                }
            }
        }
        print("charged", begun, file);
        System.out.println("admitted " + admitted + ", dropped " + journal.dropped());
        LockSupport.parkNanos(1_000_000_000);
        limiter.tryAcquire(call.withCaller(Calls.user("user-0"))); // so that there is something to write at the end
        long closing = System.nanoTime();
        journal.close();
        print("closed", closing, file);
        long starting = System.nanoTime();
        LimitJournal again = open(file);
        RateLimiter restored = limiter(again);
        print("started", starting, file);
        System.out.println(
                restored.peek(call.withCaller(Calls.user("user-" + users / 2))).get(0));
    }

    private static LimitJournal open(Path file) {
        return LimitJournal.open(JournalOptions.DEFAULT.withFile(file), Ticker.system())
                .orElseThrow();
    }

    private static RateLimiter limiter(LimitJournal journal) {
        Map<String, LimitPolicyOptions> policies =
                Map.of("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll("50 per hour; 200 per day")));
        return LimitPolicies.of(policies, LimitObserver.NONE, journal).limiter();
    }

    private static void print(String what, long begun, Path file) throws IOException {
        System.out.println(String.format(
                Locale.ROOT, "%s %d ms, %d bytes", what, (System.nanoTime() - begun) / 1_000_000, Files.size(file)));
    }
}
