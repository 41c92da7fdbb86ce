package io.inferenceproxy.undertow;

import io.inferenceproxy.ProxyPipeline;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * One of Undertow's exchanges as a call of the pipeline: hands the request in, writes the answer, and sees to it that the
 * call ends exactly once, however it ends. Everything happens on the I/O thread of the connection.
 */
final class MountedExchange implements RequestBody.Source, ResponseWriter.Outcome, ExchangeCompletionListener {

    private static final Logger LOG = LoggerFactory.getLogger(MountedExchange.class);

    private final ProxyPipeline pipeline;
    private final HttpServerExchange exchange;
    private final IoThread io;
    private final OpenExchanges siblings;
    private final RequestHead head;
    private final @Nullable RequestBody requestBody;
    private final ProxyCall call;
    private final @Nullable ClientWatch watch;
    private @Nullable ResponseWriter writer;
    private boolean over;

    private MountedExchange(ProxyPipeline pipeline, HttpServerExchange exchange, IoThread io) {
        this.pipeline = pipeline;
        this.exchange = exchange;
        this.io = io;
        this.siblings = OpenExchanges.of(exchange.getConnection());
        this.head = RequestHead.of(exchange);
        this.requestBody = exchange.isRequestComplete()
                ? null
                : new RequestBody(
                        exchange,
                        io,
                        head.length(),
                        this,
                        pipeline.serverOptions().bodyTimeout());
        this.call = pipeline.frontDoor().arrived(request(), io);
        this.watch = ClientWatch.of(exchange, this::clientGone);
    }

    /** Serves the exchange, from its I/O thread on. */
    static void serve(ProxyPipeline pipeline, HttpServerExchange exchange, IoThread io) {
        if (exchange.isRequestChannelAvailable()) {
            exchange.setMaxEntitySize(-1); // each route has a limit of its own, with an answer of its own
        }
        new MountedExchange(pipeline, exchange, io).begin();
    }

    private void begin() {
        siblings.add(this);
        exchange.addExchangeCompleteListener(this);
        if (requestBody == null) {
            bodyComplete();
        }
        CompletionStage<ProxyResponse> answer = head.problem() == null
                ? pipeline.frontDoor().handle(call)
                : pipeline.frontDoor().refuse(call, head.problem());
        answer.whenComplete((response, failure) -> {
            if (io.isCurrentThread()) {
                answered(response, failure);
            } else if (!io.tryExecute(() -> answered(response, failure)) && response != null) {
                response.body().cancel();
            }
        });
    }

    private ProxyRequest request() {
        Body body = requestBody == null || head.problem() != null ? Body.empty() : requestBody;
        InetSocketAddress peer = exchange.getConnection().getPeerAddress(InetSocketAddress.class);
        return new ProxyRequest(
                exchange.getRequestMethod().toString(),
                head.target(),
                head.authority(),
                exchange.getConnection().getSslSessionInfo() != null,
                head.version(),
                peer == null || peer.isUnresolved() ? new InetSocketAddress(0) : peer,
                head.fields(),
                body);
    }

    private void answered(@Nullable ProxyResponse response, @Nullable Throwable failure) {
        if (over) {
            if (response != null) {
                response.body().cancel();
            }
        } else if (response == null) {
            LOG.error("a call was left without an answer, request id {}", call.id(), failure);
            brokenOff(true);
        } else {
            respond(response);
        }
    }

    private void respond(ProxyResponse response) {
        if (requestBody != null && head.problem() == null) {
            requestBody.skim();
        }
        boolean closing = response.closing()
                || pipeline.isDraining()
                || !head.keepAlive()
                || requestBody != null && !requestBody.isComplete();
        writer = new ResponseWriter(exchange, io, this, pipeline.serverOptions().writeTimeout(), pipeline.buffers());
        writer.write(response, closing, head.version().equals("1.1"));
    }

    @Override
    public void bodyBytes(int count) {
        call.trace().requestBytes(count);
    }

    @Override
    public void bodyComplete() {
        if (watch != null && !over) {
            watch.start();
        }
    }

    @Override
    public void bodyLost(IOException cause) {
        clientGone();
    }

    @Override
    public void responseBytes(int count) {
        call.trace().responseBytes(count);
    }

    @Override
    public void ending() {
        if (watch != null) {
            watch.stop();
        }
    }

    @Override
    public void written() {
        if (ended(call.trace().isBrokenOff() ? CallEnd.BROKEN_OFF : CallEnd.COMPLETED)
                && requestBody != null
                && !requestBody.isComplete()) {
            requestBody.failed(new BodyBrokenOff("the answer came before the end of the request's body"));
            new Linger(exchange, io, requestBody.channel()).begin();
        }
    }

    @Override
    public void brokenOff(boolean visible) {
        if (ended(CallEnd.BROKEN_OFF)) {
            failRequest("the answer broke off");
            cut(!visible);
        }
    }

    @Override
    public void failedToWrite() {
        clientGone();
    }

    /** From whatever thread closes the connection. */
    void connectionClosed() {
        if (io.isCurrentThread() || !io.tryExecute(this::clientGone)) {
            clientGone();
        }
    }

    private void clientGone() {
        if (ended(CallEnd.CLIENT_GONE)) {
            cut(false);
        }
    }

    private void failRequest(String why) {
        if (requestBody != null) {
            requestBody.failed(new BodyBrokenOff(why));
        }
    }

    /** The one place where the call ends; false when it has. */
    private boolean ended(CallEnd end) {
        if (over) {
            return false;
        }
        over = true;
        siblings.remove(this);
        ending();
        if (end == CallEnd.CLIENT_GONE) {
            failRequest("the client left");
            call.cancellation().cancel();
        }
        if (writer != null) {
            writer.stop();
        }
        call.end(end);
        return true;
    }

    /** Undertow's own end of the exchange: only what ended without us is news. */
    @Override
    public void exchangeEvent(HttpServerExchange completed, NextListener next) {
        try {
            if (!over && (writer == null || !writer.isWhole())) {
                ended(CallEnd.CLIENT_GONE);
            }
        } finally {
            next.proceed();
        }
    }

    /** Cuts the exchange in the middle, so that the client sees that what it has is not the whole. */
    private void cut(boolean reset) {
        if (exchange.getConnection() instanceof HttpServerConnection http) {
            if (reset) {
                ResponseWriter.resetOnClose(http);
            }
            IoUtils.safeClose(http);
        } else if (writer != null) {
            writer.resetStream(); // its connection carries others
        }
        exchange.endExchange();
    }
}
