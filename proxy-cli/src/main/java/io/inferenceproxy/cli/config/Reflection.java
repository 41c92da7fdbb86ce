package io.inferenceproxy.cli.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Calls into option records; what they refuse comes out as {@link IllegalArgumentException}, whatever it was. */
final class Reflection {

    private Reflection() {}

    static Object call(Method method, @Nullable Object target, @Nullable Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException refused) {
            throw refusal(refused);
        } catch (IllegalAccessException hidden) {
            throw new IllegalStateException(method + " is not public", hidden);
        }
    }

    static Object make(Constructor<?> constructor, Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException refused) {
            throw refusal(refused);
        } catch (InstantiationException | IllegalAccessException hidden) {
            throw new IllegalStateException(constructor + " is not public", hidden);
        }
    }

    private static IllegalArgumentException refusal(InvocationTargetException refused) {
        Throwable cause = refused.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        String message = cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "not a usable value";
        return new IllegalArgumentException(message, cause);
    }
}
