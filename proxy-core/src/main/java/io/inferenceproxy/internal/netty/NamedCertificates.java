package io.inferenceproxy.internal.netty;

import io.inferenceproxy.pem.CertifiedKey;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a server, chosen by the name that a client asks for (RFC 6066 section 3), and by the kind of key that it
 * takes. A name that none of them has gets what the first is: whether that will do is for the client to judge.
 */
final class NamedCertificates extends X509ExtendedKeyManager {

    private record Entry(CertifiedKey pair, Set<String> names) {}

    private final List<Entry> entries = new ArrayList<>();

    NamedCertificates(List<CertifiedKey> pairs) {
        pairs.forEach(pair -> entries.add(new Entry(pair, pair.hostNames())));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String asked = asked(engine);
        int found = find(keyType, entry -> covers(entry.names(), asked));
        if (found < 0 && entries.stream().noneMatch(entry -> covers(entry.names(), asked))) {
            found = find(keyType, entry -> entry.names().equals(entries.get(0).names()));
        }
        return found < 0 ? null : Integer.toString(found);
    }

    private int find(String keyType, Predicate<Entry> fitting) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (isOfType(entry.pair(), keyType) && fitting.test(entry)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isOfType(CertifiedKey pair, String keyType) {
        return pair.key().getAlgorithm().equals(keyType);
    }

    private static String asked(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    /** Whether one of the names is the one asked for; a star stands for one label, the first. */
    private static boolean covers(Set<String> names, String asked) {
        int dot = asked.indexOf('.');
        return names.contains(asked) || dot > 0 && names.contains("*" + asked.substring(dot));
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return entries.get(Integer.parseInt(alias)).pair().key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return entries.get(Integer.parseInt(alias)).pair().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // only asked of key managers without engines
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
