package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.TlsOptions;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A certificate of one's own making, for trying out: kept in the state directory, so that who trusted it once goes on
 * trusting it.
 *
 * @param certificate the file with the certificate, which clients can trust
 * @param key the file with its key
 */
record SelfSigned(Path certificate, Path key) {

    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration LEAST_LEFT = Duration.ofDays(7);
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");
    private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::");

    /**
     * The one that is there, else a new one for this machine.
     *
     * @param host where the proxy listens
     * @throws CommandFailure when the files cannot be used
     */
    static SelfSigned in(Path directory, String host) {
        SelfSigned files = new SelfSigned(directory.resolve("tls-server.pem"), directory.resolve("tls-server.key"));
        try {
            if (!files.isUsable(host)) {
                files.make(host);
            }
            return files;
        } catch (IOException | UncheckedIOException failed) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    files.certificate + ": cannot be used (expected: a file that this user may read and write)",
                    failed);
        }
    }

    /** The options with this certificate. */
    ProxyOptions over(ProxyOptions options) {
        TlsOptions tls = options.server().tls();
        if (tls.isOn()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--tls-self-signed: server.tls.certificate is set (expected: one of both)");
        }
        return options.withServer(options.server().withTls(tls.withCertificate(certificate, key)));
    }

    private boolean isUsable(String host) throws IOException {
        if (!Files.exists(certificate, LinkOption.NOFOLLOW_LINKS) || !Files.exists(key, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        FileGuard.requirePrivate(key);
        try {
            CertifiedKey there = CertifiedKey.read("", certificate, key, Secret.none());
            Instant enough = Ticker.system().now().plus(LEAST_LEFT);
            boolean covered = ALL_ADDRESSES.contains(host)
                    || LOCAL.contains(host)
                    || there.certificate().getSubjectX500Principal().getName().equals("CN=" + host);
            return covered && there.certificate().getNotAfter().toInstant().isAfter(enough);
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }

    private void make(String host) throws IOException {
        Instant now = Ticker.system().now();
        Set<String> names = new LinkedHashSet<>();
        String subject = LOCAL.get(0);
        if (!ALL_ADDRESSES.contains(host) && !LOCAL.contains(host)) {
            names.add(host);
            subject = host;
        }
        names.addAll(LOCAL);
        CertifiedKey made = new CertificateDraft(
                        subject, List.copyOf(names), false, now.minus(Duration.ofHours(1)), now.plus(LIFE))
                .selfSigned();
        write(key, PemText.of(made.key()));
        write(certificate, PemText.of(made.chain()));
    }

    /** Whole or not at all. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FileGuard.privately(fresh))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
