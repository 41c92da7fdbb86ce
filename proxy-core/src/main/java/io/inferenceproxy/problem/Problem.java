package io.inferenceproxy.problem;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One occurrence of a problem: its type, what exactly is the matter, and what else the client should know.
 *
 * @param type the kind of problem
 * @param detail a sentence for the client; never a secret, never the request's content
 * @param reason words for the log alone; empty when there is nothing to add
 * @param headers fields of the answer beside {@code Content-Type}
 * @param members members of the problem object beside the standard ones (RFC 9457 section 3.2)
 * @param closing whether the connection is closed after the answer
 */
public record Problem(
        ProblemType type, String detail, String reason, Headers headers, List<Member> members, boolean closing) {

    /** A member of the problem object. */
    public record Member(String name, JsonNode value) {}

    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, "", Headers.empty(), List.of(), false);
    }

    /** A problem whose detail is the meaning of its type. */
    public static Problem of(ProblemType type) {
        return of(type, type.meaning());
    }

    /** With words for the log alone, such as why a token was refused. */
    public Problem withReason(String reason) {
        return new Problem(type, detail, reason, headers, members, closing);
    }

    public Problem withHeader(String name, String value) {
        return new Problem(type, detail, reason, headers.with(name, value), members, closing);
    }

    public Problem withMember(String name, JsonNode value) {
        Member member = new Member(name, value);
        if (members.isEmpty()) {
            return new Problem(type, detail, reason, headers, List.of(member), closing);
        }
        List<Member> more = new ArrayList<>(members);
        more.add(member);
        return new Problem(type, detail, reason, headers, List.copyOf(more), closing);
    }

    public Problem withMember(String name, long value) {
        return withMember(name, JsonNodeFactory.instance.numberNode(value));
    }

    /** With {@code Retry-After} in whole seconds, rounded up, at least one (RFC 9110 section 10.2.3). */
    public Problem withRetryAfter(Duration wait) {
        long seconds = wait.toSeconds() + (wait.toNanosPart() > 0 ? 1 : 0);
        return withHeader("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    /** With the end of the connection after the answer. */
    public Problem withClosing() {
        return new Problem(type, detail, reason, headers, members, true);
    }

    /** The answer, in the style of the call's route; the call's trace learns of it. */
    public ProxyResponse toResponse(ProxyCall call) {
        call.trace().refused(type.slug(), reason);
        return ProblemRendering.response(this, call);
    }

    /** The answer as the result of a filter. */
    public CompletionStage<ProxyResponse> toAnswer(ProxyCall call) {
        return CompletableFuture.completedFuture(toResponse(call));
    }
}
