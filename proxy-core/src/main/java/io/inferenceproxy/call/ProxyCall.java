package io.inferenceproxy.call;

import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.time.Scheduler;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through the pipeline: the request, who makes it, the route it took, and what must be told when it
 * ends.
 */
public final class ProxyCall {

    private final Shared shared;
    private final ProxyRequest request;
    private final Caller caller;
    private final String route;
    private final ApiStyle style;
    private final String identityToken;

    private ProxyCall(
            Shared shared, ProxyRequest request, Caller caller, String route, ApiStyle style, String identityToken) {
        this.shared = shared;
        this.request = request;
        this.caller = caller;
        this.route = route;
        this.style = style;
        this.identityToken = identityToken;
    }

    /**
     * A call that has just arrived: nobody's, on no route.
     *
     * @param id its identifier
     * @param request what is asked
     * @param client where it comes from
     * @param traceParent the trace it belongs to
     * @param io the I/O thread on which it arrived and on which it goes on
     * @param trace what happened to it so far
     * @param problemBase what stands before a problem's slug in its {@code type}
     */
    public static ProxyCall arrived(
            String id,
            ProxyRequest request,
            ClientAddress client,
            TraceParent traceParent,
            Scheduler io,
            CallTrace trace,
            String problemBase) {
        trace.arrived(id, request, client, traceParent);
        Shared shared = new Shared(id, client, traceParent, io, trace, problemBase);
        return new ProxyCall(shared, request, Caller.ANONYMOUS, "", ApiStyle.NATIVE, "");
    }

    /** The identifier, in every answer, log line and problem. */
    public String id() {
        return shared.id;
    }

    public ProxyRequest request() {
        return request;
    }

    public Caller caller() {
        return caller;
    }

    /** Where the call comes from. */
    public ClientAddress client() {
        return shared.client;
    }

    /** The trace that the call belongs to, with our own span as the parent of what it causes. */
    public TraceParent traceParent() {
        return shared.traceParent;
    }

    /** The name of the route; empty before one is found. */
    public String route() {
        return route;
    }

    /** How errors are worded for this caller. */
    public ApiStyle style() {
        return style;
    }

    /** What tells the upstream who calls, a token of our own; empty where it gets none. A credential. */
    public String identityToken() {
        return identityToken;
    }

    public ProxyCall withIdentityToken(String identityToken) {
        return new ProxyCall(shared, request, caller, route, style, identityToken);
    }

    /** The I/O thread of the call. What was done elsewhere comes back here before it goes on. */
    public Scheduler io() {
        return shared.io;
    }

    public CallTrace trace() {
        return shared.trace;
    }

    public Cancellation cancellation() {
        return shared.cancellation;
    }

    /** What stands before a problem's slug in its {@code type}. */
    public String problemBase() {
        return shared.problemBase;
    }

    public ProxyCall withRequest(ProxyRequest request) {
        return new ProxyCall(shared, request, caller, route, style, identityToken);
    }

    /** The call as that caller's; its trace learns of it. */
    public ProxyCall withCaller(Caller caller) {
        shared.trace.caller(caller);
        return new ProxyCall(shared, request, caller, route, style, identityToken);
    }

    /** The call on that route; its trace learns of it. */
    public ProxyCall withRoute(String route, ApiStyle style) {
        shared.trace.route(route, style);
        return new ProxyCall(shared, request, caller, route, style, identityToken);
    }

    /**
     * Has the answer changed on its way out, whoever makes it and also when a surprise does: for fields that every answer
     * to the call has. What was registered last comes first, as if each stood around what came after it.
     */
    public void onAnswer(UnaryOperator<ProxyResponse> change) {
        shared.changes = new Change(change, shared.changes);
    }

    /** The answer with all changes that were registered; each is made once. */
    public ProxyResponse changed(ProxyResponse answer) {
        ProxyResponse changed = answer;
        while (shared.changes != null) {
            Change next = shared.changes;
            shared.changes = next.before;
            changed = next.action.apply(changed);
        }
        return changed;
    }

    /** Leaves something for another filter of the same feature to find further down; one thing of a class. */
    public <T> void keep(Class<T> type, T thing) {
        shared.kept = new Kept(type, thing, shared.kept);
    }

    /** What {@link #keep} left. */
    public <T> Optional<T> kept(Class<T> type) {
        for (Kept each = shared.kept; each != null; each = each.before) {
            if (each.type == type) {
                return Optional.of(type.cast(each.thing));
            }
        }
        return Optional.empty();
    }

    /** Runs the action when the call ends, at once if it has ended; the last registered runs first. */
    public void onEnd(Consumer<CallEnd> action) {
        if (shared.end != null) {
            action.accept(shared.end);
        } else {
            shared.endings = new Ending(action, shared.endings);
        }
    }

    /** Ends the call; the server calls it once, a second time does nothing. An action that fails stops none of the others. */
    public void end(CallEnd end) {
        if (shared.end != null) {
            return;
        }
        shared.end = end;
        for (Ending ending = shared.endings; ending != null; ending = ending.before) {
            try {
                ending.action.accept(end);
            } catch (RuntimeException | Error surprise) {
                shared.trace.failed(surprise);
            }
        }
        shared.endings = null;
    }

    /**
     * Registers what brings the answer to an orderly end when the server must stop waiting for it; it takes the place of
     * what was registered before.
     */
    public void onInterrupt(Runnable action) {
        shared.interruption = action;
    }

    /**
     * Asks for an orderly end of the answer, since the server stops: a problem in place of a head that has not come, a
     * last event in a stream. The server calls it on the I/O thread of the call and then still writes what comes.
     *
     * @return whether the answer now ends by itself; when not, nobody can end it in order and the connection is cut
     */
    public boolean tryInterrupt() {
        Runnable action = shared.interruption;
        shared.interruption = null;
        if (action == null || shared.end != null) {
            return false;
        }
        action.run();
        return true;
    }

    /** Takes back what {@link #onInterrupt} registered: from here on only cutting the connection ends the answer. */
    public void clearInterrupt() {
        shared.interruption = null;
    }

    /** Who is told of the end, the last registered first; a list of its own would cost more than the two or three there are. */
    private record Ending(
            Consumer<CallEnd> action, @Nullable Ending before) {}

    /** What an answer has done to it, the last registered first. */
    private record Change(
            UnaryOperator<ProxyResponse> action, @Nullable Change before) {}

    /** What one filter left for another. */
    private record Kept(
            Class<?> type, Object thing, @Nullable Kept before) {}

    /** What all copies of a call have in common. */
    private static final class Shared {
        private final String id;
        private final ClientAddress client;
        private final TraceParent traceParent;
        private final Scheduler io;
        private final CallTrace trace;
        private final String problemBase;
        private final Cancellation cancellation = new Cancellation();
        private @Nullable Ending endings;
        private @Nullable Change changes;
        private @Nullable Kept kept;
        private @Nullable CallEnd end;
        private @Nullable Runnable interruption;

        private Shared(
                String id,
                ClientAddress client,
                TraceParent traceParent,
                Scheduler io,
                CallTrace trace,
                String problemBase) {
            this.id = id;
            this.client = client;
            this.traceParent = traceParent;
            this.io = io;
            this.trace = trace;
            this.problemBase = problemBase;
        }
    }
}
