package io.inferenceproxy.testkit.contract;

import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SessionsInMemory;

/** Sessions in memory do what a store of sessions must; there all views are the same one. */
class SessionsInMemoryContractTest extends SessionStoreContract {

    private final SessionsInMemory sessions = new SessionsInMemory(time);

    @Override
    protected SessionStore open() {
        return sessions;
    }
}
