package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A PostgreSQL behind a line that takes everything and brings nothing back from some moment on. */
class HangingDatabaseTest {

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean silent;

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    @Test
    void whoAsksComesBackWithAFailure() throws Exception {
        URI real = URI.create(Postgres.emptyDatabase().substring("jdbc:".length()));
        try (ServerSocket line = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> accept(line, real));
            String url = "jdbc:postgresql://127.0.0.1:" + line.getLocalPort() + real.getPath();
            try (Database database = Database.open(url, "postgres", Secret.of("postgres"), 2, Duration.ofSeconds(1))) {
                silent = true;

                assertThatThrownBy(() -> database.transaction(sql -> sql.rows(row -> row.getLong(1), "select 1")))
                        .isInstanceOf(StoreException.class);
            }
        }
    }

    private void accept(ServerSocket line, URI real) {
        try {
            while (true) {
                Socket client = line.accept();
                Socket server = new Socket(real.getHost(), real.getPort());
                sockets.addAll(List.of(client, server));
                threads.execute(() -> carry(client, server));
                threads.execute(() -> carry(server, client));
            }
        } catch (IOException closed) {
            assertThat(closed).as("the line, in the end").isNotNull();
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] some = new byte[8_192];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                if (!silent) {
                    out.write(some, 0, count);
                    out.flush();
                }
            }
        } catch (IOException closed) {
            assertThat(closed).as("a connection that ended").isNotNull();
        }
    }
}
