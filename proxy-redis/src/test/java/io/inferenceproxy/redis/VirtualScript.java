package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedRequest;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The script of {@code counters.lua} in a real Redis, at the time that a test says, to the microsecond, keys that go by
 * themselves included. All else of it is as it is shipped.
 *
 * <p>Behind each answer stands until when the key of each window lives, 0 for none, as a number of the answer's own form.
 */
final class VirtualScript {

    private static final String BEFORE = """
            local clock = struct.unpack('<d', ARGV[1], 17)
            local function virtual(verb, ...)
              local key, value, _, millis = ...
              if verb == 'TIME' then
                return {0, 0}
              elseif verb == 'MGET' then
                local values = redis.call('MGET', ...)
                local ends = redis.call('HMGET', 'ends', ...)
                for i = 1, #KEYS do
                  if ends[i] and tonumber(ends[i]) <= clock then
                    redis.call('DEL', KEYS[i])
                    redis.call('HDEL', 'ends', KEYS[i])
                    values[i] = false
                  end
                end
                return values
              elseif verb == 'SET' then
                redis.call('HSET', 'ends', key, string.format('%.0f', clock + 1000 * millis))
                return redis.call('SET', key, value)
              end
              redis.call('HDEL', 'ends', key)
              return redis.call(verb, ...)
            end
            local function script()
            """;
    private static final String AFTER = """

            end
            local answer = script()
            for _, each in ipairs(redis.call('HMGET', 'ends', unpack(KEYS))) do
              answer = answer .. struct.pack('<d', each or 0)
            end
            return answer
            """;

    private final RedisLink link;
    private final AtomicLong now = new AtomicLong();
    private final List<RequestBytes> proxies;
    private final String hash;

    /** The script, as it is asked by so many proxies, each of which goes by its number from 0 on. */
    VirtualScript(RedisLink link, RedisOptions options, int proxies) throws IOException {
        this.link = link;
        this.proxies = IntStream.range(0, proxies)
                .mapToObj(i -> new RequestBytes(options, i + 1, now::get))
                .toList();
        try (InputStream resource = Script.class.getResourceAsStream("counters.lua")) {
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            String call = "redis.call";
            if (text.indexOf(call) != text.lastIndexOf(call)) {
                throw new IOException("it has more ways than one to call Redis");
            }
            byte[] whole = (BEFORE + text.replace(call, "virtual") + AFTER).getBytes(StandardCharsets.UTF_8);
            hash = link.commands().scriptLoad(whole).get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IOException(failed);
        }
    }

    CompletionStage<byte[]> run(int proxy, SharedRequest request, long time) {
        now.set(time);
        RequestBytes bytes = proxies.get(proxy);
        return link.commands().evalsha(hash, ScriptOutputType.VALUE, bytes.keys(request), bytes.of(request));
    }
}
