package io.inferenceproxy.upstream;

import static io.inferenceproxy.upstream.Calls.done;
import static io.inferenceproxy.upstream.Calls.handler;
import static io.inferenceproxy.upstream.Calls.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.testing.StepScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a call at its upstream; over 300 lines because every failure has its case. */
class UpstreamHandlerTest {

    private final StepScheduler io = new StepScheduler();
    private final ScriptedClient client = new ScriptedClient();

    @ParameterizedTest
    @CsvSource({
        "http://model.test, '', /api/inference, /",
        "http://model.test/, '', /api/inference?q=%20, /?q=%20",
        "http://model.test/predict, '', /api/inference?q=/../x&q, /predict?q=/../x&q",
        "http://model.test/predict/, /x, /api/inference, /predict/x",
        "http://model.test, /@evil.example/, /api/inference, /@evil.example/"
    })
    void target_is_the_path_of_the_url_then_of_the_route_and_the_query_as_sent(
            String url, String path, String target, String expected) {
        UpstreamGroup group = new UpstreamGroup("default", options(url));
        UpstreamTimeouts timeouts =
                UpstreamTimeouts.of(group.options(), Optional.empty(), Optional.empty(), Optional.empty());

        new UpstreamHandler(client, group, timeouts, any -> path, true, BufferAccount.boundedBy(1 << 20))
                .handle(FakeCall.of("POST", target).arrived());

        UpstreamRequest sent = client.last().request();
        assertThat(sent.target()).isEqualTo(expected);
        assertThat(sent.address().host()).isEqualTo("model.test");
        assertThat(sent.repeatable()).isTrue();
    }

    @Test
    void answer_comes_back_as_it_is_less_what_ends_here() {
        CompletionStage<ProxyResponse> answer = handled(call());

        client.last()
                .answer()
                .complete(ProxyResponse.of(
                        418,
                        Headers.of(
                                "Content-Type", "text/x",
                                "Set-Cookie", "a=1",
                                "Set-Cookie", "b=2",
                                "Server", "uvicorn",
                                "Proxy-Status", "cache; hit",
                                "Connection", "X-Hop",
                                "X-Hop", "1",
                                "Keep-Alive", "timeout=5",
                                "Upgrade", "h2c",
                                "Transfer-Encoding", "chunked",
                                "Proxy-Authenticate", "Basic",
                                "X-Request-Id", "theirs",
                                "Alt-Svc", "h3=\":443\""),
                        Body.of(new byte[] {1, 2})));

        assertThat(done(answer).status()).isEqualTo(418);
        assertThat(Calls.lines(done(answer).headers()))
                .containsExactly(
                        "Content-Type: text/x",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Server: uvicorn",
                        "Proxy-Status: cache; hit");
        assertThat(Calls.text(done(answer))).hasSize(2);
    }

    @Test
    void trace_learns_where_the_call_went() {
        ProxyCall call = call();

        handled(call);
        client.last().answer().complete(ProxyResponse.empty(204));

        assertThat(call.trace().upstream()).isEqualTo("model.test:80");
        assertThat(call.trace().upstreamStatus()).isEqualTo(204);
        assertThat(call.trace().nanosTo(Mark.UPSTREAM_SENT)).isPositive();
        assertThat(call.trace().nanosTo(Mark.UPSTREAM_ANSWERED)).isPositive();
        assertThat(call.trace().problem()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "NAME_NOT_RESOLVED, 502, upstream-unreachable, dns_error",
        "CONNECTION_REFUSED, 502, upstream-unreachable, connection_refused",
        "TLS, 502, upstream-unreachable, tls_certificate_error",
        "CONNECTION_TERMINATED, 502, upstream-unreachable, connection_terminated",
        "PROTOCOL_ERROR, 502, upstream-protocol-error, http_protocol_error",
        "CONNECT_TIMEOUT, 504, upstream-timeout, connection_timeout",
        "FIRST_BYTE_TIMEOUT, 504, upstream-timeout, http_response_timeout",
        "STALL_TIMEOUT, 504, upstream-timeout, connection_read_timeout",
        "WRITE_TIMEOUT, 504, upstream-timeout, connection_write_timeout"
    })
    void failure_becomes_a_problem_with_its_proxy_status(
            UpstreamFailure.Kind kind, int status, String slug, String error) {
        ProxyCall call = call();
        UpstreamGroup group = new UpstreamGroup("default", options("http://model.test"));
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call).toCompletableFuture();

        client.last().answer().completeExceptionally(new CompletionException(new UpstreamFailure(kind, "why")));

        assertThat(done(answer).status()).isEqualTo(status);
        assertThat(done(answer).headers().first("Proxy-Status")).hasValue("inference-proxy; error=" + error);
        assertThat(Calls.text(done(answer))).doesNotContain("model.test").doesNotContain("why");
        assertThat(call.trace().problem()).isEqualTo(slug);
        assertThat(call.trace().reason()).isEqualTo("model.test:80: why");
        assertThat(group.inFlight()).isZero();
    }

    @Test
    void body_that_grew_too_large_is_refused_and_the_connection_closed() {
        CompletableFuture<byte[]> tooLarge =
                BodyCollector.collect(Body.of(new byte[11]), 10).toCompletableFuture();

        ProxyResponse answer = brokenBy(tooLarge.handle((bytes, cause) -> cause).join());

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.closing()).isTrue();
    }

    @Test
    void body_that_stalled_is_a_request_timeout() {
        ProxyResponse answer = brokenBy(new BodyTimeout("stalled"));

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.closing()).isTrue();
    }

    @Test
    void body_that_broke_off_otherwise_is_malformed() {
        ProxyResponse answer = brokenBy(new IllegalStateException("bad chunk"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.closing()).isTrue();
    }

    @Test
    void surprise_is_left_to_the_one_place_that_handles_them() {
        UpstreamGroup group = new UpstreamGroup("default", options("http://model.test"));
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call()).toCompletableFuture();

        client.last().answer().completeExceptionally(new IllegalStateException("defect"));

        assertThatThrownBy(answer::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(group.inFlight()).isZero();
    }

    @Test
    void upstream_without_an_address_is_not_tried() {
        ProxyResponse answer = done(handler(client, new UpstreamGroup("default", UpstreamOptions.DEFAULT))
                .handle(call()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).hasValue("1");
        assertThat(answer.headers().first("Proxy-Status")).hasValue("inference-proxy; error=destination_unavailable");
    }

    @Test
    void addresses_take_turns() {
        UpstreamHandler handler =
                handler(client, new UpstreamGroup("default", options("http://a.test", "http://b.test")));

        for (int i = 0; i < 4; i++) {
            handler.handle(call());
        }

        assertThat(client.exchanges())
                .extracting(exchange -> exchange.request().address().host())
                .containsExactly("a.test", "b.test", "a.test", "b.test");
    }

    @Test
    void next_address_is_tried_when_connecting_failed() {
        client.dead("a.test:80").dead("b.test:80");
        UpstreamGroup group =
                new UpstreamGroup("default", options("http://a.test", "http://b.test", "http://c.test/p"));
        ProxyCall call = call();

        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call).toCompletableFuture();
        client.last().answer().complete(ProxyResponse.empty(200));

        assertThat(done(answer).status()).isEqualTo(200);
        assertThat(client.exchanges())
                .extracting(
                        exchange -> exchange.request().headers().first("Host").orElseThrow()
                                + exchange.request().target())
                .containsExactly("a.test/", "b.test/", "c.test/p");
        assertThat(call.trace().upstream()).isEqualTo("c.test:80");
        assertThat(group.inFlight()).isEqualTo(1);
    }

    @Test
    void each_address_is_tried_once() {
        client.dead("a.test:80").dead("b.test:80");
        UpstreamGroup group = new UpstreamGroup("default", options("http://a.test", "http://b.test"));

        ProxyResponse answer = done(handler(client, group).handle(call()));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(client.exchanges()).hasSize(2);
    }

    @Test
    void nothing_is_sent_twice_once_something_was_sent() {
        UpstreamGroup group = new UpstreamGroup("default", options("http://a.test", "http://b.test"));
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call()).toCompletableFuture();

        client.last()
                .answer()
                .completeExceptionally(new UpstreamFailure(UpstreamFailure.Kind.CONNECTION_TERMINATED, "reset"));

        assertThat(done(answer).status()).isEqualTo(502);
        assertThat(client.exchanges()).hasSize(1);
    }

    @Test
    void place_is_held_until_the_call_ends() {
        UpstreamGroup group = new UpstreamGroup("default", options("http://model.test"));
        ProxyCall call = call();

        handler(client, group).handle(call);
        client.last().answer().complete(ProxyResponse.empty(200));

        assertThat(group.inFlight()).isEqualTo(1);
        call.end(CallEnd.COMPLETED);
        assertThat(group.inFlight()).isZero();
    }

    @Test
    void call_waits_for_its_turn_and_goes_on_in_order() {
        UpstreamGroup group = narrow(1, 2);
        ProxyCall first = call();
        handler(client, group).handle(first);
        handler(client, group).handle(FakeCall.of("POST", "/?second").on(io).arrived());
        handler(client, group).handle(FakeCall.of("POST", "/?third").on(io).arrived());
        assertThat(group.queued()).isEqualTo(2);

        first.end(CallEnd.COMPLETED);

        assertThat(client.exchanges()).hasSize(2);
        assertThat(client.last().request().target()).isEqualTo("/?second");
        assertThat(group.queued()).isEqualTo(1);
        assertThat(group.inFlight()).isEqualTo(1);
        assertThat(io.timers()).isEqualTo(1);
    }

    @Test
    void call_is_refused_when_the_queue_is_full() {
        UpstreamGroup group = narrow(1, 0);
        handler(client, group).handle(call());

        ProxyResponse answer = done(handler(client, group).handle(call()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).hasValue("1");
        assertThat(answer.headers().first("Proxy-Status")).hasValue("inference-proxy; error=connection_limit_reached");
        assertThat(io.timers()).isZero();
    }

    @Test
    void call_is_refused_when_it_has_waited_too_long() {
        UpstreamGroup group = narrow(1, 5);
        handler(client, group).handle(call());
        ProxyCall late = call();
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(late).toCompletableFuture();

        io.advance(Duration.ofSeconds(10));

        assertThat(done(answer).status()).isEqualTo(503);
        assertThat(late.trace().problem()).isEqualTo("overloaded");
        assertThat(group.queued()).isZero();
        assertThat(group.inFlight()).isEqualTo(1);
    }

    @Test
    void caller_who_leaves_leaves_the_queue_too() {
        UpstreamGroup group = narrow(1, 5);
        handler(client, group).handle(call());
        ProxyCall impatient = call();
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(impatient).toCompletableFuture();

        impatient.cancellation().cancel();

        assertThat(answer).isDone();
        assertThat(impatient.trace().problem()).isEmpty();
        assertThat(impatient.trace().failure()).isNull();
        assertThat(group.queued()).isZero();
        assertThat(io.timers()).isZero();
    }

    @Test
    void caller_who_leaves_during_the_exchange_is_no_problem() {
        UpstreamGroup group = new UpstreamGroup("default", options("http://a.test", "http://b.test"));
        ProxyCall call = call();
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call).toCompletableFuture();

        call.cancellation().cancel();

        assertThat(answer).isCompleted();
        assertThat(call.trace().problem()).isEmpty();
        assertThat(client.exchanges()).hasSize(1);
        assertThat(group.inFlight()).isZero();
    }

    @Test
    void call_without_an_answer_is_told_when_the_server_stops() {
        UpstreamGroup group = new UpstreamGroup("default", options("http://model.test"));
        ProxyCall call = call();
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call).toCompletableFuture();

        boolean taken = call.tryInterrupt();

        assertThat(taken).isTrue();
        assertThat(done(answer).status()).isEqualTo(503);
        assertThat(call.trace().problem()).isEqualTo("draining");
        assertThat(client.last().answer()).isCompletedExceptionally();
        assertThat(group.inFlight()).isZero();
    }

    @Test
    void call_that_waits_for_its_turn_is_told_when_the_server_stops() {
        UpstreamGroup group = narrow(1, 5);
        handler(client, group).handle(call());
        ProxyCall call = call();
        CompletableFuture<ProxyResponse> answer =
                handler(client, group).handle(call).toCompletableFuture();

        call.tryInterrupt();

        assertThat(done(answer).status()).isEqualTo(503);
        assertThat(group.queued()).isZero();
        assertThat(io.timers()).isZero();
    }

    @Test
    void answer_that_has_begun_cannot_be_ended_in_order() {
        ProxyCall call = call();
        handled(call);
        client.last().answer().complete(ProxyResponse.text(200, "text/plain", "half of"));

        assertThat(call.tryInterrupt()).isFalse();
    }

    @Test
    void event_streams_may_be_silent_unless_the_route_says_otherwise() {
        UpstreamOptions options = UpstreamOptions.DEFAULT;
        Duration minute = Duration.ofMinutes(1);

        UpstreamTimeouts usual = UpstreamTimeouts.of(options, Optional.empty(), Optional.empty(), Optional.empty());
        UpstreamTimeouts own =
                UpstreamTimeouts.of(options, Optional.of(minute), Optional.of(minute), Optional.of(minute));

        assertThat(usual.eventStreamStall()).isEmpty();
        assertThat(usual.stall()).isEqualTo(options.stallTimeout());
        assertThat(List.of(
                        own.connect(),
                        own.firstByte(),
                        own.stall(),
                        own.eventStreamStall().orElseThrow()))
                .containsOnly(minute);
    }

    private ProxyResponse brokenBy(Throwable cause) {
        CompletionStage<ProxyResponse> answer = handled(call());
        client.last()
                .answer()
                .completeExceptionally(
                        new UpstreamFailure(UpstreamFailure.Kind.REQUEST_BROKEN_OFF, "request broken off", cause));
        return done(answer);
    }

    private CompletionStage<ProxyResponse> handled(ProxyCall call) {
        return handler(client, new UpstreamGroup("default", options("http://model.test")))
                .handle(call);
    }

    private ProxyCall call() {
        return FakeCall.of("POST", "/api/inference").on(io).arrived();
    }

    private static UpstreamGroup narrow(int inFlight, int queued) {
        return new UpstreamGroup(
                "default",
                options("http://model.test").withMaxInFlight(inFlight).withMaxQueued(queued));
    }
}
