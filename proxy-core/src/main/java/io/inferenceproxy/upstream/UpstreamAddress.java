package io.inferenceproxy.upstream;

import java.net.URI;
import java.util.Locale;

/**
 * One address of an upstream.
 *
 * @param secure whether it speaks TLS
 * @param host a name or a literal address, lower case, without brackets
 * @param port its port
 * @param path the path of its URL, without a slash at the end; often empty
 */
public record UpstreamAddress(boolean secure, String host, int port, String path) {

    public static UpstreamAddress of(URI url) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        String host = url.getHost().toLowerCase(Locale.ROOT);
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new UpstreamAddress(
                secure,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() > 0 ? url.getPort() : secure ? 443 : 80,
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /** Host and port for the {@code Host} field; the default port of the scheme is left out (RFC 9110 section 7.2). */
    public String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    /** Host and port, for logs. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
