package io.inferenceproxy.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A script of Redis: asked for by its hash, and sent whole when the server does not know it (any more). */
final class Script {

    private final RedisLink link;
    private final RedisScriptingAsyncCommands<byte[], byte[]> commands;
    private final byte[] text;
    private final String hash;
    private final ScriptOutputType output;

    private Script(RedisLink link, byte[] text, ScriptOutputType output) {
        this.link = link;
        this.commands = link.commands();
        this.text = text;
        this.hash = commands.digest(text);
        this.output = output;
    }

    /** The script of a resource beside this class. */
    static Script of(RedisLink link, String name, ScriptOutputType output) {
        try (InputStream resource = Script.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new Script(link, resource.readAllBytes(), output);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Runs it. What comes late comes all the same: nothing is sent a second time but when it certainly did not run. */
    <T> CompletionStage<T> run(byte[][] keys, byte[]... arguments) {
        CompletionStage<T> first = commands.evalsha(hash, output, keys, arguments);
        return first.handle((answer, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    if (cause(failure) instanceof RedisNoScriptException) {
                        CompletionStage<T> whole = commands.eval(text, output, keys, arguments);
                        return whole.whenComplete((late, refused) -> tell(refused));
                    }
                    tell(failure);
                    return CompletableFuture.<T>failedFuture(failure);
                })
                .thenCompose(stage -> stage);
    }

    private void tell(@Nullable Throwable failure) {
        if (failure != null) {
            link.failed(cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
