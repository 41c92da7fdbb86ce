package io.inferenceproxy.testing;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes a call that no socket brought. */
public final class FakeCall {

    private final String method;
    private final RequestTarget target;
    private final List<String> fields = new ArrayList<>();
    private StepScheduler io = new StepScheduler();
    private String peer = "192.0.2.1";
    private boolean trusted;
    private Caller caller = Caller.ANONYMOUS;
    private ApiStyle style = ApiStyle.NATIVE;

    private FakeCall(String method, RequestTarget target) {
        this.method = method;
        this.target = target;
    }

    public static FakeCall of(String method, String target) {
        try {
            return new FakeCall(method, target.equals("*") ? RequestTarget.ASTERISK : RequestTarget.parse(target));
        } catch (RequestTarget.Malformed malformed) {
            throw new IllegalArgumentException(target, malformed);
        }
    }

    public FakeCall with(String name, String value) {
        fields.add(name);
        fields.add(value);
        return this;
    }

    public FakeCall on(StepScheduler io) {
        this.io = io;
        return this;
    }

    public FakeCall from(String peer) {
        this.peer = peer;
        return this;
    }

    public FakeCall behindTrustedProxy() {
        this.trusted = true;
        return this;
    }

    public FakeCall by(String subject) {
        this.caller = new Caller.Identified("inference-proxy", false, subject, Set.of(), Set.of(), Instant.MAX);
        return this;
    }

    public FakeCall by(String issuer, String subject) {
        this.caller = new Caller.Identified(issuer, true, subject, Set.of(), Set.of(), Instant.MAX);
        return this;
    }

    public FakeCall in(ApiStyle style) {
        this.style = style;
        return this;
    }

    public ProxyCall arrived() {
        Headers headers = Headers.of(fields.toArray(new String[0]));
        InetAddress address = address(peer);
        TraceParent trace =
                headers.first("traceparent").map(TraceParent::carriedOn).orElseGet(TraceParent::started);
        ProxyRequest request = new ProxyRequest(
                method,
                target,
                "proxy.test",
                false,
                "1.1",
                new InetSocketAddress(address, 4000),
                headers,
                Body.empty());
        return ProxyCall.arrived(
                        "call-1",
                        request,
                        new ClientAddress(address, trusted),
                        trace,
                        io,
                        new CallTrace(io),
                        "/problems/")
                .withCaller(caller)
                .withRoute("route", style);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(literal, impossible);
        }
    }
}
