package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedCountersException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis, alone, behind sentinels or as a cluster. It comes back by itself; what was not answered when it
 * broke is not sent again, since a charge must not be made twice.
 */
final class RedisLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final int QUEUE = 1 << 16;
    private static final int THREADS = 2;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration RECONNECT = Duration.ofMillis(250);
    private static final Duration ENDING = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisScriptingAsyncCommands<byte[], byte[]> commands;

    private RedisLink(
            ClientResources resources,
            AbstractRedisClient client,
            StatefulConnection<byte[], byte[]> connection,
            RedisScriptingAsyncCommands<byte[], byte[]> commands) {
        this.resources = resources;
        this.client = client;
        this.connection = connection;
        this.commands = commands;
    }

    /**
     * Connects, and waits for it.
     *
     * @throws SharedCountersException when Redis cannot be reached, or does not let us in
     */
    static RedisLink open(RedisOptions options) {
        ClientResources resources = DefaultClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .reconnectDelay(Delay.constant(RECONNECT))
                .build();
        try {
            return options.url().contains("-cluster://") ? cluster(options, resources) : single(options, resources);
        } catch (RedisException | IllegalArgumentException refused) {
            end(resources);
            throw failure(options, refused);
        }
    }

    private static RedisLink single(RedisOptions options, ClientResources resources) {
        RedisClient client = RedisClient.create(resources);
        try {
            client.setOptions(ready(ClientOptions.builder()).build());
            StatefulRedisConnection<byte[], byte[]> connection =
                    client.connect(ByteArrayCodec.INSTANCE, signedIn(RedisURI.create(options.url()), options));
            return new RedisLink(resources, client, connection, connection.async());
        } catch (RuntimeException refused) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw refused;
        }
    }

    private static RedisLink cluster(RedisOptions options, ClientResources resources) {
        URI nodes = URI.create(options.url().replaceFirst("-cluster", ""));
        List<RedisURI> seeds = RedisClusterURIUtil.toRedisURIs(nodes).stream()
                .map(each -> signedIn(each, options))
                .toList();
        RedisClusterClient client = RedisClusterClient.create(resources, seeds);
        try {
            ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
            ready(builder);
            client.setOptions(builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                            .enablePeriodicRefresh(Duration.ofSeconds(30))
                            .build())
                    .build());
            StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
            return new RedisLink(resources, client, connection, connection.async());
        } catch (RuntimeException refused) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw refused;
        }
    }

    private static ClientOptions.Builder ready(ClientOptions.Builder builder) {
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(QUEUE)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(SILENCE)
                                .build())
                        .build());
    }

    private static RedisURI signedIn(RedisURI uri, RedisOptions options) {
        uri.setTimeout(CONNECT_TIMEOUT);
        if (!options.password().isEmpty()) {
            if (options.username().isEmpty()) {
                uri.setAuthentication(options.password().reveal().toCharArray());
            } else {
                uri.setAuthentication(
                        options.username(), options.password().reveal().toCharArray());
            }
        }
        return uri;
    }

    /** What Redis or the network said, without who signs in: their words never hold a password. */
    private static SharedCountersException failure(RedisOptions options, RuntimeException refused) {
        Throwable cause = refused;
        StringBuilder said = new StringBuilder();
        for (int depth = 0; cause != null && depth < 8; depth++, cause = cause.getCause()) {
            said.append(' ').append(cause.getMessage());
        }
        String all = said.toString();
        if (all.contains("WRONGPASS")
                || all.contains("NOAUTH")
                || all.contains("AUTH")
                || all.contains("invalid password")) {
            return new SharedCountersException(
                    "redis.password: refused by " + options.shownUrl()
                            + " (expected: the password of redis.username, or of the default user)",
                    refused);
        }
        return new SharedCountersException(
                "redis.url: " + options.shownUrl() + " cannot be reached (expected: Redis or Valkey there)", refused);
    }

    RedisScriptingAsyncCommands<byte[], byte[]> commands() {
        return commands;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        end(resources);
    }

    private static void end(ClientResources resources) {
        if (!resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(ENDING.toMillis())) {
            LOG.debug("threads of Redis are still ending");
        }
    }
}
