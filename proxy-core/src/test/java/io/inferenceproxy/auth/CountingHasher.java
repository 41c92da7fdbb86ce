package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A hasher that costs nothing and tells what it was asked. */
final class CountingHasher implements PasswordHasher {

    static final Secret UNMATCHABLE = Secret.of("unmatchable");

    private final List<Secret> compared = Collections.synchronizedList(new ArrayList<>());

    static Secret hashOf(String password) {
        return Secret.of("hash of " + password);
    }

    @Override
    public Secret hash(Secret password) {
        return hashOf(password.reveal());
    }

    @Override
    public boolean matches(Secret password, Secret hash) {
        compared.add(hash);
        return hashOf(password.reveal()).equals(hash);
    }

    @Override
    public Secret unmatchable() {
        return UNMATCHABLE;
    }

    /** The hashes that were compared with, in order. */
    List<Secret> compared() {
        return compared;
    }
}
