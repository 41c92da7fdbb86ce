package io.inferenceproxy.undertow;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.testkit.contract.ProxyContract;

class MountContractTest extends ProxyContract {

    @Override
    protected Mounted open(ProxyServerBuilder builder) {
        return MountedServer.start(builder.openPipeline(), "", handler -> handler);
    }
}
