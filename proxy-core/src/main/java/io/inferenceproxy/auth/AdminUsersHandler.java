package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manages users; it stands behind {@link AuthenticateFilter}, for the role {@code admin}. Whoever is disabled, removed, loses a role or
 * gets another password loses all that they had got until then; of those who are removed the API keys are disabled too.
 */
public final class AdminUsersHandler extends AdminResource {

    private static final String NAME = "name";
    private static final String PASSWORD = "password";
    private static final String ROLES = "roles";
    private static final String ENABLED = "enabled";

    private final UserDirectory users;
    private final UserKeys keys;
    private final SessionStore sessions;
    private final PasswordHasher hasher;
    private final Ticker ticker;

    /**
     * @param base where it stands, such as {@code /api/admin/users}
     * @param keys what is disabled of users who are removed
     * @param sessions what users have got
     * @param passwords what a hash costs
     * @param workers where the stores are asked and passwords are hashed
     * @param buffers has room for the content, or has none
     * @param auditor learns of what was done
     */
    public AdminUsersHandler(
            String base,
            UserDirectory users,
            UserKeys keys,
            SessionStore sessions,
            PasswordOptions passwords,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Ticker ticker) {
        super(base, workers, buffers, auditor);
        this.users = users;
        this.keys = keys;
        this.sessions = sessions;
        this.hasher = new PasswordHashes(passwords);
        this.ticker = ticker;
    }

    @Override
    ProxyResponse answer(ProxyCall call, List<String> path, String method, byte[] body) {
        if (path.isEmpty()) {
            return switch (method) {
                case "GET" -> page(call, new Paging<>("users", users::page, User::name, AdminUsersHandler::json));
                case "POST" -> create(call, body);
                default -> throw notAllowed("GET, HEAD, POST");
            };
        }
        User user = users.user(path.get(0)).orElseThrow(() -> problem(ProblemType.NOT_FOUND));
        if (path.size() == 1) {
            return switch (method) {
                case "GET" -> tagged(200, json(user), tag(user));
                case "PATCH" -> change(call, user, body);
                case "DELETE" -> remove(call, user);
                default -> throw notAllowed("DELETE, GET, HEAD, PATCH");
            };
        }
        if (path.size() == 2 && path.get(1).equals(PASSWORD)) {
            if (!method.equals("PUT")) {
                throw notAllowed("PUT");
            }
            return password(call, user, body);
        }
        if (path.size() == 2 && path.get(1).equals("sessions")) {
            if (!method.equals("DELETE")) {
                throw notAllowed("DELETE");
            }
            sessions.revokeUser(user.name(), ticker.now());
            record(call, AuditKind.REVOCATION, user.name());
            return nothing();
        }
        throw problem(ProblemType.NOT_FOUND);
    }

    private ProxyResponse create(ProxyCall call, byte[] content) {
        AdminBody body = AdminBody.parse(content, NAME, PASSWORD, ROLES, ENABLED);
        User user;
        try {
            user = new User(
                    body.text(NAME),
                    hash(body),
                    body.names(ROLES).orElse(Set.of()),
                    body.flag(ENABLED).orElse(true));
        } catch (IllegalArgumentException wrong) {
            throw AdminBody.malformed(String.valueOf(wrong.getMessage()));
        }
        if (!users.add(user)) {
            throw conflict("There is a user of this name.");
        }
        record(call, AuditKind.USER_ADDED, user.name());
        return tagged(201, json(user), tag(user)).withHeader("Location", location(user.name()));
    }

    private ProxyResponse change(ProxyCall call, User seen, byte[] content) {
        AdminBody body = AdminBody.parse(content, ROLES, ENABLED);
        requireMatch(call, tag(seen));
        User next;
        try {
            next = seen.withRoles(body.names(ROLES).orElse(seen.roles()))
                    .withEnabled(body.flag(ENABLED).orElse(seen.enabled()));
        } catch (IllegalArgumentException wrong) {
            throw AdminBody.malformed(String.valueOf(wrong.getMessage()));
        }
        require(users.change(seen, Optional.of(next)));
        if (!next.enabled() || !next.roles().containsAll(seen.roles())) {
            sessions.revokeUser(seen.name(), ticker.now());
        }
        record(call, AuditKind.USER_CHANGED, seen.name());
        return tagged(200, json(next), tag(next));
    }

    /** A user who is disabled is what is left when it fails halfway, and then it can be done again. */
    private ProxyResponse remove(ProxyCall call, User seen) {
        requireMatchIfAny(call, tag(seen));
        User disabled = seen.withEnabled(false);
        require(users.change(seen, Optional.of(disabled)));
        keys.disable(seen.name());
        require(users.change(disabled, Optional.empty()));
        sessions.revokeUser(seen.name(), ticker.now());
        record(call, AuditKind.USER_REMOVED, seen.name());
        return nothing();
    }

    private ProxyResponse password(ProxyCall call, User seen, byte[] content) {
        AdminBody body = AdminBody.parse(content, PASSWORD);
        requireMatchIfAny(call, tag(seen));
        User next = seen.withPassword(hash(body));
        require(users.change(seen, Optional.of(next)));
        sessions.revokeUser(seen.name(), ticker.now());
        record(call, AuditKind.USER_CHANGED, seen.name());
        return nothing().withHeader("ETag", tag(next));
    }

    private Secret hash(AdminBody body) {
        Secret password = Secret.of(body.text(PASSWORD));
        try {
            PasswordRule.require(password);
        } catch (IllegalArgumentException unfit) {
            throw AdminBody.malformed(String.valueOf(unfit.getMessage()));
        }
        return hasher.hash(password);
    }

    private static void require(UserDirectory.Outcome outcome) {
        if (outcome == UserDirectory.Outcome.STALE) {
            throw problem(ProblemType.PRECONDITION_FAILED);
        }
        if (outcome == UserDirectory.Outcome.LAST_ADMIN) {
            throw conflict("This is the last enabled user with the role admin.");
        }
    }

    private static ObjectNode json(User user) {
        ObjectNode json = RecordLines.object().put(NAME, user.name());
        RecordLines.names(json, ROLES, user.roles());
        return json.put(ENABLED, user.enabled());
    }

    private static String tag(User user) {
        return tag(json(user) + user.password().reveal());
    }
}
