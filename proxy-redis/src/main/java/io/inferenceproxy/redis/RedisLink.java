package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedCountersException;
import io.inferenceproxy.pem.CertificateFiles;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
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
    /** How often the nodes of a cluster are asked which of them is what, and how often at most when one is lost. */
    private static final Duration TOPOLOGY = Duration.ofSeconds(30);

    private static final Duration MOVED = Duration.ofSeconds(1);
    private static final Duration ENDING = Duration.ofSeconds(2);

    /** A server that says nothing for so long is taken for gone. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** What a server says that has been a master, and takes nothing any more. */
    private static final String DEMOTED = "READONLY";

    /** How often at most the connection is made anew to find the master. */
    private static final long RENEWAL_NANOS = Duration.ofSeconds(1).toNanos();

    /** How often at most that is told. */
    private static final long TELLING_NANOS = Duration.ofMinutes(1).toNanos();

    private final String shownUrl;
    private final Base base;
    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisScriptingAsyncCommands<byte[], byte[]> commands;
    private long renewedAt = System.nanoTime() - RENEWAL_NANOS;
    private long toldAt = System.nanoTime() - TELLING_NANOS;

    /** What all connections are made with, and those that there are: one, or in a cluster one for each node. */
    private record Base(ClientResources resources, ChannelGroup channels) {

        static Base open() {
            ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
            ClientResources resources = DefaultClientResources.builder()
                    .ioThreadPoolSize(THREADS)
                    .computationThreadPoolSize(THREADS)
                    .reconnectDelay(Delay.constant(RECONNECT))
                    .nettyCustomizer(new NettyCustomizer() {
                        @Override
                        public void afterChannelInitialized(Channel channel) {
                            channel.pipeline().addFirst(new SilenceWatch(SILENCE));
                            channels.add(channel);
                        }
                    })
                    .build();
            return new Base(resources, channels);
        }
    }

    private RedisLink(
            RedisOptions options,
            Base base,
            AbstractRedisClient client,
            StatefulConnection<byte[], byte[]> connection,
            RedisScriptingAsyncCommands<byte[], byte[]> commands) {
        this.shownUrl = options.shownUrl();
        this.base = base;
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
        if (!options.username().isEmpty() && options.password().isEmpty()) {
            throw new SharedCountersException("redis.username: not used (expected: redis.password beside it)");
        }
        SslOptions tls = tls(options);
        Base base = Base.open();
        try {
            return options.url().contains("-cluster://") ? cluster(options, tls, base) : single(options, tls, base);
        } catch (RedisException | IllegalArgumentException refused) {
            end(base.resources());
            throw failure(options, refused);
        }
    }

    private static RedisLink single(RedisOptions options, SslOptions tls, Base base) {
        RedisClient client = RedisClient.create(base.resources());
        try {
            client.setOptions(ready(ClientOptions.builder(), tls).build());
            StatefulRedisConnection<byte[], byte[]> connection =
                    connected(client, signedIn(RedisURI.create(options.url()), options));
            return new RedisLink(options, base, client, connection, connection.async());
        } catch (RuntimeException refused) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw refused;
        }
    }

    /** Once more where the end of the connection was heard before the refusal that it came after, as now and then it is. */
    private static StatefulRedisConnection<byte[], byte[]> connected(RedisClient client, RedisURI uri) {
        try {
            return client.connect(ByteArrayCodec.INSTANCE, uri);
        } catch (RedisConnectionException ended) {
            for (Throwable cause = ended; cause != null; cause = cause.getCause()) {
                if (String.valueOf(cause.getMessage()).contains("closed prematurely")) {
                    return client.connect(ByteArrayCodec.INSTANCE, uri);
                }
            }
            throw ended;
        }
    }

    private static RedisLink cluster(RedisOptions options, SslOptions tls, Base base) {
        URI nodes = URI.create(options.url().replaceFirst("-cluster", ""));
        List<RedisURI> seeds = RedisClusterURIUtil.toRedisURIs(nodes).stream()
                .map(each -> signedIn(each, options))
                .toList();
        RedisClusterClient client = RedisClusterClient.create(base.resources(), seeds);
        try {
            ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
            ready(builder, tls);
            client.setOptions(builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                            .enablePeriodicRefresh(TOPOLOGY)
                            .adaptiveRefreshTriggersTimeout(MOVED)
                            .refreshTriggersReconnectAttempts(2)
                            .build())
                    .build());
            StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
            connectMaster(connection, options);
            return new RedisLink(options, base, client, connection, connection.async());
        } catch (RuntimeException refused) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw refused;
        }
    }

    /** To the node where all our keys are: what is asked while that is still being connected is rejected. */
    private static void connectMaster(StatefulRedisClusterConnection<byte[], byte[]> connection, RedisOptions options) {
        int slot = SlotHash.getSlot(RequestBytes.prefix(options));
        RedisClusterNode master = connection.getPartitions().getMasterBySlot(slot);
        if (master == null) {
            throw new RedisException("no node has slot " + slot);
        }
        connection.getConnection(master.getUri().getHost(), master.getUri().getPort());
    }

    private static ClientOptions.Builder ready(ClientOptions.Builder builder, SslOptions tls) {
        return builder.sslOptions(tls)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
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

    /** Certificates are always verified, and so is that they are of the host of the URL. */
    private static SslOptions tls(RedisOptions options) {
        SslOptions.Builder builder = SslOptions.builder().jdkSslProvider();
        options.ca()
                .map(file -> CertificateFiles.read("redis.ca", file))
                .map(CertificateFiles::trust)
                .ifPresent(builder::trustManager);
        return builder.build();
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
            if (cause instanceof SSLException) {
                return new SharedCountersException(
                        "redis.url: " + options.shownUrl() + " is not trusted: " + cause.getMessage()
                                + " (expected: TLS there, and a certificate for that host of an authority in redis.ca)",
                        refused);
            }
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

    /**
     * Something failed. Where a server says that it is not the master any more, the connection is made anew: that asks the
     * sentinels again, or the name of the host, and so finds who has taken its place.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // closing cannot usefully fail
    void failed(Throwable failure) {
        if (String.valueOf(failure.getMessage()).contains(DEMOTED) && tryRenew(System.nanoTime())) {
            base.channels().close();
        }
    }

    private synchronized boolean tryRenew(long now) {
        if (now - renewedAt < RENEWAL_NANOS) {
            return false;
        }
        renewedAt = now;
        if (now - toldAt >= TELLING_NANOS) {
            toldAt = now;
            LOG.warn("{} leads to a server that is not the master any more: connecting anew", shownUrl);
        }
        return true;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        end(base.resources());
    }

    private static void end(ClientResources resources) {
        if (!resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(ENDING.toMillis())) {
            LOG.debug("threads of Redis are still ending");
        }
    }
}
