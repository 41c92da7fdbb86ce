package io.inferenceproxy.upstream;

import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which fields cross the proxy, in which direction, and when: the lists, each once, joined when an upstream is set up. */
final class FieldRules {

    /** Fields of one connection, and those that frame a message, which whoever writes it makes (RFC 9110 section 7.6.1). */
    private static final List<String> OF_ONE_CONNECTION = List.of(
            "Connection",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "HTTP2-Settings",
            "Content-Length");

    /** Fields that the proxy alone sets; a configured field must not be one of them. */
    private static final List<String> OURS = List.of(
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-Forwarded-Host",
            "X-Forwarded-User",
            "X-Forwarded-Issuer",
            "X-Request-Id",
            "traceparent");

    /** The caller's credentials are for the proxy. */
    private static final List<String> CREDENTIALS = List.of("Authorization", "X-API-Key", "Cookie");

    /** Other names under which services are told who calls: only the proxy says that. */
    private static final List<String> IDENTITY = List.of(
            "X-Forwarded-Email",
            "X-Forwarded-Groups",
            "X-Forwarded-Roles",
            "X-Forwarded-Preferred-Username",
            "X-Forwarded-Access-Token",
            "X-Forwarded-Client-Cert",
            "X-Auth-Request-User",
            "X-Auth-Request-Email",
            "X-Auth-Request-Groups",
            "X-Auth-Request-Preferred-Username",
            "X-Auth-Request-Access-Token",
            "X-Remote-User",
            "Remote-User");

    /** Fields that make a service take the request for another than the one that was checked. */
    private static final List<String> REWRITES = List.of(
            "X-HTTP-Method",
            "X-HTTP-Method-Override",
            "X-Method-Override",
            "X-Original-Method",
            "X-Original-URL",
            "X-Original-URI",
            "X-Original-Host",
            "X-Rewrite-URL",
            "X-Forwarded-Uri",
            "X-Forwarded-Method",
            "X-Forwarded-Path");

    /** Fields by which proxies tell where a request comes from, beside {@code X-Forwarded-*}. */
    private static final List<String> OF_PROXIES = List.of(
            "Forwarded",
            "Forwarded-For",
            "Forwarded-Proto",
            "X-Forwarded",
            "X-Real-IP",
            "X-Client-IP",
            "Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "CF-Connecting-IPv6",
            "Fastly-Client-IP",
            "X-Cluster-Client-IP",
            "X-Azure-ClientIP",
            "X-Appengine-User-IP",
            "X-Envoy-External-Address",
            "X-Original-Forwarded-For",
            "X-Original-Remote-Addr",
            "X-Originating-IP",
            "X-Remote-Addr",
            "X-Remote-IP",
            "X-ProxyUser-Ip",
            "X-Host",
            "X-Url-Scheme",
            "X-Scheme",
            "Front-End-Https");

    /** What a client sends and no upstream gets. */
    private static final List<String> NEVER_UPSTREAM = joined(
            OF_ONE_CONNECTION, OURS, CREDENTIALS, IDENTITY, REWRITES, List.of("Host", "Expect", "Proxy", "Forwarded"));

    /** What an operator cannot have sent to an upstream. */
    static final HeaderNames NOT_CONFIGURABLE =
            HeaderNames.of(joined(OF_ONE_CONNECTION, OURS, List.of("Expect", "Via", "tracestate")));

    /**
     * What an upstream sends and no client gets: beside the above our own names, and {@code Alt-Svc} (RFC 7838), since an
     * upstream does not speak for the origin that clients see and would lead them past the proxy.
     */
    private static final HeaderNames NEVER_DOWNSTREAM = HeaderNames.of(joined(
            OF_ONE_CONNECTION, List.of("Proxy-Authenticate", "Proxy-Authentication-Info", "X-Request-Id", "Alt-Svc")));

    private final HeaderNames fromTrusted;
    private final HeaderNames fromTrustedTraceless;
    private final HeaderNames fromAnyone;
    private final HeaderNames fromAnyoneTraceless;

    /** @param replaced the names of the fields that this upstream always gets from the proxy */
    FieldRules(Collection<String> replaced) {
        List<String> never = joined(NEVER_UPSTREAM, List.copyOf(replaced));
        List<String> ofStrangers = joined(never, OF_PROXIES);
        List<String> trace = List.of("tracestate");
        this.fromTrusted = HeaderNames.of(never, List.of("proxy-"));
        this.fromTrustedTraceless = HeaderNames.of(joined(never, trace), List.of("proxy-"));
        this.fromAnyone = HeaderNames.of(ofStrangers, List.of("proxy-", "x-forwarded-"));
        this.fromAnyoneTraceless = HeaderNames.of(joined(ofStrangers, trace), List.of("proxy-", "x-forwarded-"));
    }

    /**
     * What of a client's fields does not go to the upstream, but for those that the client itself names in
     * {@code Connection}. Fields in which only proxies speak are heard from trusted ones alone.
     *
     * @param trusted whether the client is a trusted proxy
     * @param traced whether the client's own trace is carried on, so that its {@code tracestate} belongs to it
     */
    HeaderNames neverUpstream(boolean trusted, boolean traced) {
        if (trusted) {
            return traced ? fromTrusted : fromTrustedTraceless;
        }
        return traced ? fromAnyone : fromAnyoneTraceless;
    }

    /** The fields that {@code Connection} names: they end at this hop (RFC 9110 section 7.6.1). */
    static Omitted namedByConnection(Headers fields) {
        int count = fields.count("Connection");
        if (count == 0 || count == 1 && isOfTheConnectionAlone(fields.value("Connection"))) {
            return Omitted.NOTHING;
        }
        List<String> names = new ArrayList<>();
        for (String value : fields.all("Connection")) {
            for (String option : value.split(",", -1)) {
                String name = option.strip();
                if (!(name.isEmpty() || name.equalsIgnoreCase("close") || name.equalsIgnoreCase("keep-alive"))) {
                    names.add(name);
                }
            }
        }
        return names.isEmpty() ? Omitted.NOTHING : HeaderNames.of(names);
    }

    /** As nearly all write it: told without taking lists apart. */
    private static boolean isOfTheConnectionAlone(FieldValue connection) {
        return connection.isIgnoringCase("keep-alive") || connection.isIgnoringCase("close");
    }

    /** The fields of an upstream's answer that go on to the client. */
    static Headers downstream(Headers answer) {
        return answer.without(NEVER_DOWNSTREAM.or(namedByConnection(answer)));
    }

    /** Visible ASCII as it is, all else and the percent sign as escapes of UTF-8 bytes. */
    static String percentEncoded(String text) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain((char) (unit & 0xff))) {
                encoded.append((char) unit);
            } else {
                encoded.append('%').append(digit(unit >> 4 & 15)).append(digit(unit & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '%';
    }

    private static char digit(int value) {
        return (char) (value < 10 ? '0' + value : 'A' + value - 10);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return all;
    }
}
