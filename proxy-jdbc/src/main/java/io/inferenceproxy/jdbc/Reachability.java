package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a database cannot be reached any more, and once that it can be again. Not safe for many threads. */
final class Reachability {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final String meanwhile;
    private boolean reachable = true;

    /** @param meanwhile what holds until it can be reached again */
    Reachability(String meanwhile) {
        this.meanwhile = meanwhile;
    }

    /** Does what needs the database; says whether it could. */
    boolean run(Runnable work) {
        try {
            work.run();
            if (!reachable) {
                reachable = true;
                LOG.info("database: can be reached again");
            }
            return true;
        } catch (StoreException unreachable) {
            if (reachable) {
                reachable = false;
                LOG.warn("{}; {}", unreachable.getMessage(), meanwhile);
            }
            return false;
        }
    }
}
