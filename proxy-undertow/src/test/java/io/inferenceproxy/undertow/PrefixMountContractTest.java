package io.inferenceproxy.undertow;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.testkit.contract.ProxyContract;
import io.undertow.Handlers;

class PrefixMountContractTest extends ProxyContract {

    @Override
    protected Mounted open(ProxyServerBuilder builder) {
        return MountedServer.start(
                builder.openPipeline(), "/ai", handler -> Handlers.path().addPrefixPath("/ai", handler));
    }
}
