package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import java.net.URI;
import java.util.List;

/** What goes to one upstream of a call's fields, for benchmarks in other packages. */
public final class UpstreamFields {

    private final UpstreamGroup group = new UpstreamGroup(
            "default", UpstreamOptions.DEFAULT.withUrls(List.of(URI.create("http://127.0.0.1:8000"))));

    /** The fields, still to be written. */
    public Headers of(ProxyCall call) {
        return new RequestFields(call, group, group.addresses().get(0));
    }
}
