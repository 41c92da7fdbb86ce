package io.inferenceproxy.cli.config;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@link Shape} of option records; a record that breaks the conventions is an {@link IllegalStateException}. */
final class Shapes {

    private static final int DEEPEST = 16;

    private static final Map<Class<?>, Shape.Kind> KINDS = Map.ofEntries(
            Map.entry(String.class, Shape.Kind.TEXT),
            Map.entry(boolean.class, Shape.Kind.BOOLEAN),
            Map.entry(Boolean.class, Shape.Kind.BOOLEAN),
            Map.entry(int.class, Shape.Kind.INTEGER),
            Map.entry(Integer.class, Shape.Kind.INTEGER),
            Map.entry(long.class, Shape.Kind.INTEGER),
            Map.entry(Long.class, Shape.Kind.INTEGER),
            Map.entry(double.class, Shape.Kind.DECIMAL),
            Map.entry(Double.class, Shape.Kind.DECIMAL),
            Map.entry(Duration.class, Shape.Kind.DURATION),
            Map.entry(DataSize.class, Shape.Kind.SIZE),
            Map.entry(Secret.class, Shape.Kind.SECRET),
            Map.entry(Path.class, Shape.Kind.PATH),
            Map.entry(URI.class, Shape.Kind.URI));

    private Shapes() {}

    static Shape.Keys of(Class<? extends Record> type) {
        if (standalone(shape(type, 0)) instanceof Shape.Keys keys) {
            return keys;
        }
        throw new IllegalStateException(type + " has no keys");
    }

    private static Shape shape(Type type, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalStateException(type + " is nested too deep");
        }
        if (type instanceof ParameterizedType generic) {
            return generic(generic, depth);
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalStateException(type + " cannot be bound");
        }
        Shape.Kind kind = KINDS.get(plain);
        if (kind != null) {
            return new Shape.Scalar(plain, kind);
        }
        if (plain.isArray()) {
            Class<?> element = plain.getComponentType();
            return new Shape.Items(shape(element, depth + 1), plain, element);
        }
        Optional<Method> parser = parser(plain);
        if (plain.isRecord() && (parser.isEmpty() || describesKeys(plain))) {
            return keys(plain, parser, depth);
        }
        if (parser.isPresent()) {
            return new Shape.Scalar(plain, Shape.Kind.PARSED);
        }
        if (plain.isEnum()) {
            return new Shape.Scalar(plain, Shape.Kind.CHOICE);
        }
        throw new IllegalStateException(plain + " cannot be bound (expected: a record, or parse(String))");
    }

    private static Shape generic(ParameterizedType generic, int depth) {
        Class<?> raw = (Class<?>) generic.getRawType();
        Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
        if (raw == List.class || raw == Set.class || raw == Collection.class) {
            return new Shape.Items(standalone(shape(last, depth + 1)), raw, Object.class);
        }
        if (raw == Map.class && generic.getActualTypeArguments()[0] == String.class) {
            return new Shape.Named(standalone(shape(last, depth + 1)));
        }
        throw new IllegalStateException(generic + " cannot be bound");
    }

    /** A record with a notation of its own is a text, such as a window, unless it says what its keys are. */
    private static boolean describesKeys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).anyMatch(part -> part.isAnnotationPresent(Setting.class));
    }

    private static Shape.Keys keys(Class<?> type, Optional<Method> parser, int depth) {
        Optional<Object> complete = constant(type);
        Optional<Method> factory = complete.isPresent() ? Optional.empty() : factory(type);
        List<String> required = new ArrayList<>();
        factory.ifPresent(of -> {
            for (Parameter parameter : of.getParameters()) {
                required.add(Texts.kebab(parameter.getName()));
            }
        });
        List<Shape.Key> keys = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent part : type.getRecordComponents()) {
            String name = Texts.kebab(part.getName());
            types.add(part.getType());
            boolean optional = part.getType() == Optional.class;
            Type inner = optional
                    ? ((ParameterizedType) part.getGenericType()).getActualTypeArguments()[0]
                    : part.getGenericType();
            Setting setting = part.getAnnotation(Setting.class);
            keys.add(new Shape.Key(
                    name,
                    optional ? standalone(shape(inner, depth + 1)) : shape(inner, depth + 1),
                    optional,
                    required.indexOf(name),
                    setting == null ? "" : setting.value(),
                    part.getAccessor()));
        }
        long found = keys.stream().filter(Shape.Key::required).count();
        if (found != required.size()) {
            throw new IllegalStateException(type + ": the parameters of of(...) must be components: " + required);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(new Class<?>[0]));
            return new Shape.Keys(type, keys, constructor, complete, factory, parser);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(type + " has no canonical constructor", impossible);
        }
    }

    private static Optional<Object> constant(Class<?> type) {
        try {
            return Optional.of(type.getField("DEFAULT").get(null));
        } catch (NoSuchFieldException none) {
            return Optional.empty();
        } catch (IllegalAccessException hidden) {
            throw new IllegalStateException(type + ".DEFAULT is not public", hidden);
        }
    }

    private static Optional<Method> factory(Class<?> type) {
        List<Method> found = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals("of") && Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == type)
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** A record without defaults of its own may only stand where the record around it has one: not in a map or list. */
    private static Shape standalone(Shape shape) {
        if (shape instanceof Shape.Keys keys
                && keys.complete().isEmpty()
                && keys.factory().isEmpty()) {
            throw new IllegalStateException(keys.type() + " has neither a DEFAULT nor exactly one of(...)");
        }
        return shape;
    }

    static Optional<Method> parser(Class<?> type) {
        @Nullable Method parse = null;
        for (Method method : type.getMethods()) {
            if (method.getName().equals("parse")
                    && Modifier.isStatic(method.getModifiers())
                    && type.isAssignableFrom(method.getReturnType())
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class})) {
                parse = method;
            }
        }
        return Optional.ofNullable(parse);
    }
}
