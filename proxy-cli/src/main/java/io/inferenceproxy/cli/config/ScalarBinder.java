package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds texts: fills in references, reads the value, makes secrets known to the mask. */
final class ScalarBinder {

    private final Interpolation interpolation;
    private final SecretMask mask;
    private final Findings findings;
    private final Path workingDirectory;

    ScalarBinder(Interpolation interpolation, SecretMask mask, Findings findings, Path workingDirectory) {
        this.interpolation = interpolation;
        this.mask = mask;
        this.findings = findings;
        this.workingDirectory = workingDirectory;
    }

    /** A value and its plain, masked form; the value is null when the text was refused, which is told. */
    record Read(@Nullable Object value, Object plain) {}

    /**
     * Reads a text as the shape says.
     *
     * @param chosen the name that the user chose for the value in a map; else empty
     */
    Read read(Shape.Scalar shape, ConfigNode.Text node, KeyPath path, String chosen) {
        Path directory = node.origin() instanceof Origin.InFile place ? place.directory() : workingDirectory;
        boolean hidden = shape.kind() == Shape.Kind.SECRET;
        if (hidden) {
            mask.add(node.text());
        }
        Interpolation.Filled filled = new Interpolation.Filled(node.text(), node.text(), List.of());
        try {
            if (Interpolation.isNeeded(node.text()) && !(node.origin() instanceof Origin.Variable)) {
                filled = interpolation.fill(node.text(), chosen, directory);
            }
        } catch (IllegalArgumentException refused) {
            findings.error(node.origin(), path.says(String.valueOf(refused.getMessage())));
            return new Read(null, hidden ? SecretMask.MASK : node.text());
        }
        String text = filled.text();
        if (hidden) {
            mask.add(text);
        } else if (isOpen(shape)) {
            filled.secrets().forEach(mask::add);
            mask.addUserinfo(text);
            if (SecretMask.isTelling(chosen)) {
                mask.add(SecretMask.secretPart(text));
            }
        }
        try {
            Object value = Scalars.read(shape, text, directory);
            return new Read(value, plain(shape, value, filled, chosen));
        } catch (IllegalArgumentException refused) {
            filled.secrets().forEach(mask::add);
            String message = hidden
                    ? "not a usable secret"
                    : filled.secrets().stream().anyMatch(secret -> !mask.knows(secret))
                            ? SecretMask.MASK + " (expected: another value)"
                            : String.valueOf(refused.getMessage());
            findings.error(node.origin(), path.says(message));
            return new Read(null, hidden ? SecretMask.MASK : shown(filled, chosen));
        }
    }

    private static Object plain(Shape.Scalar shape, Object value, Interpolation.Filled filled, String chosen) {
        if (shape.kind() == Shape.Kind.SECRET) {
            return filled.text().isEmpty() ? "" : SecretMask.MASK;
        }
        if (!isOpen(shape)) {
            return Scalars.plain(shape, value);
        }
        boolean asWritten = shape.kind() != Shape.Kind.PATH || !filled.secrets().isEmpty();
        return asWritten ? shown(filled, chosen) : value.toString();
    }

    private static String shown(Interpolation.Filled filled, String chosen) {
        return SecretMask.isTelling(chosen) ? SecretMask.hidden(filled.shown()) : filled.shown();
    }

    /** Whether any text may stand there, so that a secret may too; a number or a duration is none. */
    private static boolean isOpen(Shape.Scalar shape) {
        return switch (shape.kind()) {
            case TEXT, PATH, URI, PARSED -> true;
            default -> false;
        };
    }
}
