package io.inferenceproxy.examples.embedded;

import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.units.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows callers by the badge that they send in {@code X-Badge}, as an application might that already has such a thing.
 *
 * <p>Badges are secrets: every one is compared, in constant time, so that neither the order nor the place of a difference
 * shows in the time that it takes.
 */
final class BadgeAuthenticator implements Authenticator {

    private final Map<String, Secret> badges;

    /** @param badges the badge of each person */
    BadgeAuthenticator(Map<String, Secret> badges) {
        this.badges = Map.copyOf(badges);
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        return CompletableFuture.completedFuture(look(call.request().headers().all("X-Badge")));
    }

    private Authentication look(List<String> shown) {
        if (shown.isEmpty()) {
            return new Authentication.Missing();
        }
        if (shown.size() > 1) {
            return new Authentication.Conflicting();
        }
        Secret badge = Secret.of(shown.get(0));
        Authentication found = new Authentication.Refused("nobody has this badge");
        for (Map.Entry<String, Secret> person : badges.entrySet()) {
            if (person.getValue().equals(badge)) {
                found = new Authentication.Accepted(new Caller.Identified(
                        "badges", false, person.getKey(), Set.of("staff"), Set.of(), Instant.MAX));
            }
        }
        return found;
    }
}
