package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;

/**
 * The tokens that programs have got with an API key: they end with it. Writes to the store, so it is for threads that may
 * block.
 *
 * <p>Those that an old secret gave after a rotation end with that secret, by what they say themselves. Those from before the
 * rotation live as long as they said; where that would be longer than the old secret, rotate without grace, which ends them. So
 * does a second rotation while the secret before the present one is still good: there is room for two alone.
 */
public final class KeyTokens {

    /** Nothing else begins like that: sessions have letters and digits, and names of users no characters of control. */
    private static final String PREFIX = "key\n";

    /** Tokens may have been given when they lived longer, and one is given yet whose key was good a moment ago. */
    private static final Duration MARGIN = Duration.ofDays(1);

    private final SessionStore sessions;
    private final Duration lifetime;
    private final Ticker ticker;

    /**
     * @param sessions where revocations are kept
     * @param lifetime how long tokens of ours live at most
     */
    public KeyTokens(SessionStore sessions, Duration lifetime, Ticker ticker) {
        this.sessions = sessions;
        this.lifetime = lifetime;
        this.ticker = ticker;
    }

    /** What the tokens of a key are known by among sessions and users. */
    static String markOf(String keyId) {
        return PREFIX + keyId;
    }

    /** Ends all of a key that is gone for good. */
    public void end(String keyId) {
        if (sessions != SessionStore.NONE) {
            sessions.end(markOf(keyId), ticker.now().plus(lifetime).plus(MARGIN));
        }
    }

    /** Ends those of a key that there are by now; it may give others later. */
    public void endPresent(String keyId) {
        if (sessions != SessionStore.NONE) {
            sessions.revokeUser(markOf(keyId), ticker.now());
        }
    }
}
