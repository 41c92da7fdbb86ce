package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;

/** Manages API keys; it stands behind {@link AuthenticateFilter}, for the role {@code admin}. A key is told once, when made. */
public final class AdminKeysHandler extends AdminResource {

    private static final String USER = "user";
    private static final String ROLES = "roles";
    private static final String SCOPES = "scopes";
    private static final String ROUTES = "routes";
    private static final String NOTE = "note";
    private static final String ENABLED = "enabled";
    private static final String EXPIRES = "expiresAt";
    private static final Duration GRACE = Duration.ofHours(24);

    private final KeyStore keys;
    private final KeyIssuer issuer;
    private final KeyTokens tokens;

    /**
     * @param base where it stands, such as {@code /api/admin/keys}
     * @param tokens what programs have got with keys, which ends with them
     * @param workers where the store is asked
     * @param buffers has room for the content, or has none
     * @param auditor learns of what was done
     */
    public AdminKeysHandler(
            String base,
            KeyStore keys,
            KeyTokens tokens,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        super(base, workers, buffers, auditor);
        this.keys = keys;
        this.tokens = tokens;
        this.issuer = new KeyIssuer(keys, ticker);
    }

    @Override
    ProxyResponse answer(ProxyCall call, List<String> path, String method, byte[] body) {
        if (path.isEmpty()) {
            return switch (method) {
                case "GET" ->
                    page(
                            call,
                            new Paging<>("keys", this::usesOf, use -> use.key().id(), AdminKeysHandler::json));
                case "POST" -> create(call, body);
                default -> throw notAllowed("GET, HEAD, POST");
            };
        }
        ApiKey key = keys.findNow(path.get(0)).orElseThrow(() -> problem(ProblemType.NOT_FOUND));
        if (path.size() == 1) {
            return switch (method) {
                case "GET" -> tagged(200, json(key), tag(key));
                case "PATCH" -> change(call, key, body);
                case "DELETE" -> remove(call, key);
                default -> throw notAllowed("DELETE, GET, HEAD, PATCH");
            };
        }
        if (path.size() == 2 && path.get(1).equals("rotate")) {
            if (!method.equals("POST")) {
                throw notAllowed("POST");
            }
            return rotate(call, key, body);
        }
        throw problem(ProblemType.NOT_FOUND);
    }

    private ProxyResponse create(ProxyCall call, byte[] content) {
        AdminBody body = AdminBody.parse(content, USER, ROLES, SCOPES, ROUTES, "ttl", NOTE);
        IssuedKey issued;
        try {
            issued = issuer.create(new KeyRequest(
                    body.text(USER),
                    body.names(ROLES).orElse(Set.of()),
                    body.names(SCOPES).orElse(Set.of()),
                    body.names(ROUTES).orElse(Set.of()),
                    body.duration("ttl"),
                    body.optionalText(NOTE).orElse("")));
        } catch (IllegalArgumentException wrong) {
            throw AdminBody.malformed(String.valueOf(wrong.getMessage()));
        }
        record(call, AuditKind.KEY_CREATED, issued.key().id());
        return shown(201, issued).withHeader("Location", location(issued.key().id()));
    }

    private ProxyResponse change(ProxyCall call, ApiKey seen, byte[] content) {
        AdminBody body = AdminBody.parse(content, ROLES, SCOPES, ROUTES, NOTE, ENABLED, EXPIRES);
        requireMatch(call, tag(seen));
        ApiKey next;
        try {
            next = seen.withRoles(body.names(ROLES).orElse(seen.roles()))
                    .withScopes(body.names(SCOPES).orElse(seen.scopes()))
                    .withRoutes(body.names(ROUTES).orElse(seen.routes()))
                    .withNote(body.optionalText(NOTE).orElse(seen.note()))
                    .withEnabled(body.flag(ENABLED).orElse(seen.enabled()))
                    .withExpiry(body.has(EXPIRES) ? body.instantOrNull(EXPIRES) : seen.expiry());
        } catch (IllegalArgumentException wrong) {
            throw AdminBody.malformed(String.valueOf(wrong.getMessage()));
        }
        if (!keys.replace(seen, next)) {
            throw problem(ProblemType.PRECONDITION_FAILED);
        }
        if (isLess(next, seen)) {
            tokens.endPresent(seen.id());
        }
        record(call, AuditKind.KEY_CHANGED, seen.id());
        return tagged(200, json(next), tag(next));
    }

    /** Whether tokens that were got with the key as it was may allow what it does not any more. */
    private static boolean isLess(ApiKey next, ApiKey seen) {
        return seen.enabled() && !next.enabled()
                || !next.expiry().equals(seen.expiry())
                || !next.roles().containsAll(seen.roles())
                || !next.scopes().containsAll(seen.scopes())
                || seen.routes().isEmpty() && !next.routes().isEmpty();
    }

    private ProxyResponse remove(ProxyCall call, ApiKey seen) {
        requireMatchIfAny(call, tag(seen));
        if (!keys.remove(seen.id())) {
            throw problem(ProblemType.NOT_FOUND);
        }
        tokens.end(seen.id());
        record(call, AuditKind.KEY_REVOKED, seen.id());
        return nothing();
    }

    private ProxyResponse rotate(ProxyCall call, ApiKey key, byte[] content) {
        AdminBody body = AdminBody.parse(content, "grace");
        Duration grace = body.duration("grace").orElse(GRACE);
        IssuedKey issued = issuer.rotate(key.id(), grace).orElseThrow(() -> problem(ProblemType.NOT_FOUND));
        if (issued.endsSecret()) {
            tokens.endPresent(key.id());
        }
        record(call, AuditKind.KEY_CHANGED, key.id());
        return shown(200, issued);
    }

    private ProxyResponse shown(int status, IssuedKey issued) {
        ObjectNode json = json(issued.key()).put("key", issued.text().reveal());
        return tagged(status, json, tag(issued.key()));
    }

    /** The store is asked once for a whole page. */
    private List<KeyUse> usesOf(String after, int most) {
        List<ApiKey> page = keys.page(after, most);
        Map<String, Instant> uses = keys.lastUses(page.stream().map(ApiKey::id).toList());
        return page.stream()
                .map(key -> new KeyUse(key, Optional.ofNullable(uses.get(key.id()))))
                .toList();
    }

    private ObjectNode json(ApiKey key) {
        Map<String, Instant> uses = keys.lastUses(List.of(key.id()));
        return json(new KeyUse(key, Optional.ofNullable(uses.get(key.id()))));
    }

    private static ObjectNode json(KeyUse use) {
        ApiKey key = use.key();
        ObjectNode json = RecordLines.object().put("id", key.id()).put(USER, key.user());
        RecordLines.names(json, ROLES, key.roles());
        RecordLines.names(json, SCOPES, key.scopes());
        RecordLines.names(json, ROUTES, key.routes());
        json.put(NOTE, key.note())
                .put(ENABLED, key.enabled())
                .put("createdAt", key.created().toString());
        put(json, EXPIRES, key.expiry());
        put(json, "oldSecretUntil", key.secrets().get(key.secrets().size() - 1).until());
        put(json, "lastUsedAt", use.last());
        return json;
    }

    private static void put(ObjectNode json, String member, Optional<Instant> time) {
        if (time.isPresent()) {
            json.put(member, time.get().toString());
        } else {
            json.putNull(member);
        }
    }

    private static String tag(ApiKey key) {
        return tag(KeyRecord.write(key).toString());
    }

    /** A key, and when it was last used. */
    private record KeyUse(ApiKey key, Optional<Instant> last) {}
}
