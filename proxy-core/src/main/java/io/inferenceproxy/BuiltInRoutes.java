package io.inferenceproxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The routes that every proxy has by itself, under the names that logs and metrics know; calls on them are charged to no limit. */
public final class BuiltInRoutes {

    private static final Map<String, String> PATHS = new LinkedHashMap<>();

    static {
        PATHS.put("login", "/api/login");
        PATHS.put("login-short", "/login");
        PATHS.put("refresh", "/api/token/refresh");
        PATHS.put("logout", "/api/logout");
        PATHS.put("admin-users", "/api/admin/users/**");
        PATHS.put("admin-keys", "/api/admin/keys/**");
        PATHS.put("me", "/api/me");
        PATHS.put("oauth-token", Descriptions.OAUTH_TOKEN);
        PATHS.put("signing-keys", Descriptions.SIGNING_KEYS);
        PATHS.put("livez", "/livez");
        PATHS.put("readyz", "/readyz");
        PATHS.put("pages", "_pages");
    }

    private BuiltInRoutes() {}

    /** The names. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(PATHS.keySet());
    }

    /** What metrics call each. */
    static Map<String, String> paths() {
        return Collections.unmodifiableMap(PATHS);
    }
}
