package io.inferenceproxy.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a look at a whole trail came to. */
public sealed interface AuditCheck {

    /**
     * The chain holds from the first line to the last.
     *
     * @param events how many lines there are
     * @param hash the last one; keep it elsewhere, and nobody can cut the end unseen
     * @param continued whether the first line goes on from a file that was not looked at
     */
    record Intact(long events, String hash, boolean continued) implements AuditCheck {}

    /**
     * The chain does not hold.
     *
     * @param file where
     * @param line the first line that does not fit, from 1
     * @param reason what does not fit
     */
    record Broken(Path file, long line, String reason) implements AuditCheck {}

    /**
     * Looks at all lines.
     *
     * @param files the trail; more than one when older parts were moved away, oldest first
     * @param head a hash that must be among them; empty for none
     * @throws IOException when one cannot be read
     */
    static AuditCheck of(List<Path> files, String head) throws IOException {
        boolean met = head.isEmpty();
        @Nullable AuditLine last = null;
        long events = 0;
        boolean continued = false;
        for (Path file : files) {
            long number = 0;
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                    number++;
                    Optional<AuditLine> parsed = AuditLine.parse(text);
                    if (parsed.isEmpty()) {
                        return new Broken(file, number, "its hash is not that of what it says, or it is unfinished");
                    }
                    AuditLine line = parsed.get();
                    if (last == null) {
                        continued = line.number() > 1;
                    } else if (!line.previous().equals(last.hash()) || line.number() != last.number() + 1) {
                        return new Broken(file, number, "it does not follow the line before it");
                    }
                    if (last == null && line.number() <= 1 && !line.previous().equals(AuditLine.NONE.hash())) {
                        return new Broken(file, number, "it is the first line, and yet follows another");
                    }
                    last = line;
                    met |= line.hash().equals(head);
                    events++;
                }
            } catch (MalformedInputException binary) {
                return new Broken(file, number + 1, "it is no text");
            }
        }
        if (!met) {
            return new Broken(
                    files.get(files.size() - 1), events + 1, "the line with the hash " + head + " is missing");
        }
        return new Intact(events, last == null ? AuditLine.NONE.hash() : last.hash(), continued);
    }
}
