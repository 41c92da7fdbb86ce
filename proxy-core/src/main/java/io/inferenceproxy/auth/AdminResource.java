package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the handlers have in common that manage records of a store: paths, entity tags, pages, and the way to the workers. A
 * change names the state that it was made for by {@code If-Match} (RFC 9110 section 13).
 */
abstract class AdminResource implements ProxyHandler {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final String base;
    private final Executor workers;
    private final BufferAccount buffers;
    private final Auditor auditor;

    AdminResource(String base, Executor workers, BufferAccount buffers, Auditor auditor) {
        this.base = base;
        this.workers = workers;
        this.buffers = buffers;
        this.auditor = auditor;
    }

    /** Puts what was done into the audit trail. */
    void record(ProxyCall call, AuditKind kind, String subject) {
        auditor.record(AuditEvents.done(call, kind, subject));
    }

    /**
     * Does what is asked, on a worker.
     *
     * @param path what follows the base, decoded
     * @param method {@code GET} also for {@code HEAD}
     */
    abstract ProxyResponse answer(ProxyCall call, List<String> path, String method, byte[] body);

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        return WITH_CONTENT.contains(call.request().method())
                ? CredentialBody.read(call, buffers, body -> onWorkers(call, body))
                : onWorkers(call, new byte[0]);
    }

    private CompletionStage<ProxyResponse> onWorkers(ProxyCall call, byte[] body) {
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    ProxyResponse response = guarded(call, body);
                    call.io().execute(() -> answer.complete(response));
                } catch (RuntimeException | Error surprise) {
                    call.io().execute(() -> answer.completeExceptionally(surprise));
                }
            });
        } catch (RejectedExecutionException full) {
            return TokenAnswer.busy("no room to manage anything").toAnswer(call);
        }
        return answer;
    }

    private ProxyResponse guarded(ProxyCall call, byte[] body) {
        try {
            String method = call.request().method();
            String path = call.request().target().path();
            return answer(call, segments(path.substring(base.length())), method.equals("HEAD") ? "GET" : method, body);
        } catch (ProblemException refused) {
            return refused.problem().toResponse(call);
        } catch (StoreException down) {
            return TokenAnswer.busy(String.valueOf(down.getMessage())).toResponse(call);
        }
    }

    private static List<String> segments(String rest) {
        List<String> segments = new ArrayList<>();
        for (String segment : rest.split("/", -1)) {
            segments.add(decoded(segment));
        }
        return segments.subList(1, segments.size());
    }

    /** Where a record is. */
    String location(String name) {
        return base + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static ProxyResponse json(int status, JsonNode json) {
        return ProxyResponse.of(status, FIELDS, Body.of(JSON.writeValueAsBytes(json)));
    }

    static ProxyResponse nothing() {
        return ProxyResponse.empty(204).withHeader("Cache-Control", "no-store");
    }

    static ProxyResponse tagged(int status, ObjectNode json, String tag) {
        return json(status, json).withHeader("ETag", tag);
    }

    static ProblemException problem(ProblemType type) {
        return new ProblemException(Problem.of(type));
    }

    static ProblemException conflict(String detail) {
        return new ProblemException(Problem.of(ProblemType.CONFLICT, detail));
    }

    static ProblemException notAllowed(String allowed) {
        return new ProblemException(Problem.of(ProblemType.METHOD_NOT_ALLOWED).withHeader("Allow", allowed));
    }

    /** The entity tag of a state: a digest that gives nothing of it away. */
    static String tag(String state) {
        return "\"" + SecretText.digest(state).reveal().substring(0, 22) + "\"";
    }

    /** Refuses a change that was made for another state, or does not say for which. */
    static void requireMatch(ProxyCall call, String tag) {
        if (!call.request().headers().contains("If-Match")) {
            throw problem(ProblemType.PRECONDITION_REQUIRED);
        }
        requireMatchIfAny(call, tag);
    }

    /** The same, but who does not say is not refused. */
    static void requireMatchIfAny(ProxyCall call, String tag) {
        List<String> fields = call.request().headers().all("If-Match");
        boolean matches = fields.isEmpty();
        for (String field : fields) {
            for (String candidate : field.split(",", -1)) {
                matches |= candidate.strip().equals("*") || candidate.strip().equals(tag);
            }
        }
        if (!matches) {
            throw problem(ProblemType.PRECONDITION_FAILED);
        }
    }

    /** The records of a page. */
    <T> ProxyResponse page(ProxyCall call, Paging<T> paging) {
        String after = query(call, "after").orElse("");
        int limit = query(call, "limit").map(AdminResource::limit).orElse(PAGE);
        List<T> found = paging.page().of(after, limit + 1);
        List<T> shown = found.subList(0, Math.min(limit, found.size()));
        ObjectNode json = RecordLines.object();
        json.putArray(paging.member()).addAll(shown.stream().map(paging.json()).toList());
        if (found.size() > limit) {
            json.put("next", paging.name().apply(shown.get(limit - 1)));
        } else {
            json.putNull("next");
        }
        return json(200, json);
    }

    private static int limit(String text) {
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > LARGEST_PAGE) {
            throw AdminBody.malformed("limit must be 1 to " + LARGEST_PAGE + ".");
        }
        return Integer.parseInt(text);
    }

    private static Optional<String> query(ProxyCall call, String name) {
        for (String pair :
                call.request().target().query().replaceFirst("^\\?", "").split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(decoded(pair.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw AdminBody.malformed("The path or the query is not well-formed.");
        }
    }

    /** The records behind a name, as many as wanted. */
    interface Page<T> {
        List<T> of(String after, int most);
    }

    /**
     * How records are listed.
     *
     * @param member what they are called
     * @param page where they come from
     * @param name what a page is continued behind
     * @param json what is told of each
     */
    record Paging<T>(String member, Page<T> page, Function<T, String> name, Function<T, ObjectNode> json) {}
}
