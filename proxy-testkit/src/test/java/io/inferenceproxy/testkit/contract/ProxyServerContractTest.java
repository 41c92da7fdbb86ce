package io.inferenceproxy.testkit.contract;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import java.net.URI;

class ProxyServerContractTest extends ProxyContract {

    @Override
    protected Mounted open(ProxyServerBuilder builder) {
        ProxyServer server = builder.start();
        return new Mounted() {
            @Override
            public URI uri() {
                return server.uri();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
