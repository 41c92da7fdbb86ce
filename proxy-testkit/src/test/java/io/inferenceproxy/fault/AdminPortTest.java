package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.units.Secret;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class AdminPortTest {

    @Test
    void aTakenAdminPortThatNobodyChoseGivesWayToAFreeOne() throws Exception {
        try (ProxyServer first = builder().start();
                ProxyServer second = builder().start()) {
            assertThat(second.adminUri()).isPresent().isNotEqualTo(first.adminUri());
        }
    }

    @Test
    void aTakenAdminPortThatWasChosenIsAnError() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProxyServerBuilder builder = builder().admin(admin -> admin.withPort(taken.getLocalPort()));

            assertThatThrownBy(builder::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("admin.port: " + taken.getLocalPort());
        }
    }

    /** The default admin port may well be taken on the machine that runs this: then both get free ones. */
    private static ProxyServerBuilder builder() {
        assertThat(AdminOptions.DEFAULT.port()).isEqualTo(9901);
        return ProxyServer.inFrontOf("http://127.0.0.1:1")
                .listen(listen -> listen.withPort(0))
                .auth(auth -> auth.withSecret(Secret.of("a secret that is made for this test alone")));
    }
}
