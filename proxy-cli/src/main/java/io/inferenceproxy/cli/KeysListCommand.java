package io.inferenceproxy.cli;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.time.Ticker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keys list}: what is known of each key, never a digest. */
@Command(
        name = "list",
        description = {
            "List keys in columns parted by two or more spaces:",
            "identifier, user, roles, scopes, routes, expiry, last use (written once a minute), state, note."
        },
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy keys list")
final class KeysListCommand implements Callable<Integer> {

    private static final int PAGE = 1_000;

    private final Surroundings surroundings;

    @Mixin
    private final KeysMixin keys = new KeysMixin();

    KeysListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return keys.edit(surroundings, keys.options(surroundings), (store, file) -> {
            List<List<String>> rows = rows(store);
            Columns.print(rows, surroundings.out());
            if (rows.isEmpty()) {
                surroundings.say("no keys in " + file);
            }
            return ExitCode.OK;
        });
    }

    private static List<List<String>> rows(KeyStore store) {
        Instant now = Ticker.system().now();
        List<List<String>> rows = new ArrayList<>();
        String after = "";
        List<ApiKey> page;
        do {
            page = store.page(after, PAGE);
            Map<String, Instant> uses =
                    store.lastUses(page.stream().map(ApiKey::id).toList());
            for (ApiKey key : page) {
                rows.add(List.of(
                        key.id(),
                        key.user(),
                        words(key.roles()),
                        words(key.scopes()),
                        words(key.routes()),
                        key.expiry().map(Instant::toString).orElse("never"),
                        uses.containsKey(key.id()) ? uses.get(key.id()).toString() : "-",
                        state(key, now),
                        key.note().isEmpty() ? "-" : key.note()));
                after = key.id();
            }
        } while (page.size() == PAGE);
        return rows;
    }

    private static String state(ApiKey key, Instant now) {
        if (key.expiry().filter(end -> !now.isBefore(end)).isPresent()) {
            return "expired";
        }
        boolean rotating = key.secrets().stream()
                .anyMatch(secret -> secret.until().filter(now::isBefore).isPresent());
        return !key.enabled() ? "disabled" : rotating ? "rotating" : "enabled";
    }

    private static String words(Collection<String> words) {
        return words.isEmpty() ? "-" : String.join(",", new TreeSet<>(words));
    }
}
