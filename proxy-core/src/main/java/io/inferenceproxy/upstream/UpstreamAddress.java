package io.inferenceproxy.upstream;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One address of an upstream. What every call asks of it is worked out once, so it is no record. */
public final class UpstreamAddress {

    private final boolean secure;
    private final String host;
    private final int port;
    private final String path;
    private final UpstreamTls tls;
    private final String authority;
    private final String text;
    private final int hash;

    /**
     * @param secure whether it speaks TLS
     * @param host a name or a literal address, lower case, without brackets
     * @param port its port
     * @param path the path of its URL, without a slash at the end; often empty
     */
    public UpstreamAddress(boolean secure, String host, int port, String path) {
        this(secure, host, port, path, UpstreamTls.USUAL);
    }

    private UpstreamAddress(boolean secure, String host, int port, String path, UpstreamTls tls) {
        this.tls = tls;
        this.secure = secure;
        this.host = host;
        this.port = port;
        this.path = path;
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        this.text = name + ":" + port;
        this.authority = port == (secure ? 443 : 80) ? name : text;
        this.hash = Objects.hash(secure, host, port, path);
    }

    public static UpstreamAddress of(URI url) {
        return of(url, UpstreamTls.USUAL);
    }

    /**
     * The address in a URL.
     *
     * @param tls how its connections are secured, if it speaks TLS
     */
    public static UpstreamAddress of(URI url, UpstreamTls tls) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        String host = url.getHost().toLowerCase(Locale.ROOT);
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new UpstreamAddress(
                secure,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() > 0 ? url.getPort() : secure ? 443 : 80,
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                tls);
    }

    public boolean secure() {
        return secure;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String path() {
        return path;
    }

    /** How its connections are secured, if it speaks TLS. */
    public UpstreamTls tls() {
        return tls;
    }

    /** The name that it must prove to have. */
    public String serverName() {
        return tls.serverName().orElse(host);
    }

    /** Host and port for the {@code Host} field; the default port of the scheme is left out (RFC 9110 section 7.2). */
    public String authority() {
        return authority;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof UpstreamAddress that
                        && secure == that.secure
                        && port == that.port
                        && host.equals(that.host)
                        && path.equals(that.path)
                        && tls.equals(that.tls);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Host and port, for logs. */
    @Override
    public String toString() {
        return text;
    }
}
