package io.inferenceproxy.server;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Keeps web pages of others out of the admin listener: {@code Host} must be a literal address or a name of this machine,
 * so that a name which was rebound to it does not count; a foreign {@code Origin} is refused; and what changes something
 * needs {@code X-Requested-With}, which no page of another origin can send unasked.
 */
public final class AdminGuard implements ProxyFilter {

    private static final Pattern LITERAL = Pattern.compile("\\[[0-9a-f:.]+]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private final Set<String> names = new HashSet<>(List.of("localhost"));

    /** @param host what the listener was told to listen on */
    public AdminGuard(String host) {
        names.add(host.toLowerCase(Locale.ROOT));
        try {
            names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException nameless) {
            // then it has no name to be called by
        }
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        String authority = call.request().authority();
        if (!isOurs(host(authority))) {
            return refused(call, "The Host field is not a name or address of this listener.");
        }
        List<String> origins = call.request().headers().all("Origin");
        if (!origins.isEmpty() && !(origins.size() == 1 && isSame(origins.get(0), authority))) {
            return refused(call, "The Origin field is not this listener's.");
        }
        boolean reads =
                call.request().method().equals("GET") || call.request().method().equals("HEAD");
        if (!reads && !call.request().headers().contains("X-Requested-With")) {
            return refused(call, "A request that changes something needs the field X-Requested-With.");
        }
        return next.handle(call);
    }

    private static boolean isSame(String origin, String authority) {
        try {
            return authority.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private boolean isOurs(String host) {
        return names.contains(host) || LITERAL.matcher(host).matches();
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
        return host.toLowerCase(Locale.ROOT);
    }

    private static CompletionStage<ProxyResponse> refused(ProxyCall call, String detail) {
        return Problem.of(ProblemType.NOT_PERMITTED, detail).toAnswer(call);
    }
}
