package gateway;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Holds each subject to as many calls in an hour and in a day; tells the service who calls. */
final class SubjectLimit implements GlobalFilter, Ordered {

    private final ConcurrentMap<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final long limit;

    SubjectLimit(long limit) {
        this.limit = limit;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return exchange.getPrincipal().map(Principal::getName).flatMap(subject -> {
            if (!buckets.computeIfAbsent(subject, this::bucket).tryConsume(1)) {
                exchange.getResponse().setStatusCode(HttpStatus.TOO_MANY_REQUESTS);
                return exchange.getResponse().setComplete();
            }
            ServerWebExchange known = exchange.mutate()
                    .request(request -> request.headers(headers -> {
                        headers.remove(HttpHeaders.AUTHORIZATION);
                        headers.set("X-Forwarded-User", subject);
                    }))
                    .build();
            return chain.filter(known);
        });
    }

    private Bucket bucket(String subject) {
        return Bucket.builder()
                .addLimit(window(Duration.ofHours(1)))
                .addLimit(window(Duration.ofDays(1)))
                .build();
    }

    private Bandwidth window(Duration period) {
        return Bandwidth.builder().capacity(limit).refillIntervally(limit, period).build();
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
