package io.inferenceproxy.cli.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A Markdown file of the project, taken apart into its fenced blocks. */
record Manual(List<Block> blocks) {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern SNIPPET = Pattern.compile("<!-- snippet: (\\S+) -->");

    /**
     * A fenced block.
     *
     * @param language what stands after the fence
     * @param source the file named in a comment just before it, from which it is taken
     */
    record Block(String language, Optional<Path> source, List<String> lines) {

        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    static Manual of(String file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Optional<Path> source = Optional.empty();
        Optional<Block> open = Optional.empty();
        for (String line : Files.readAllLines(ROOT.resolve(file))) {
            if (open.isPresent()) {
                if (line.equals("```")) {
                    blocks.add(open.get());
                    open = Optional.empty();
                } else {
                    open.get().lines().add(line);
                }
            } else if (line.startsWith("```")) {
                open = Optional.of(new Block(line.substring(3), source, new ArrayList<>()));
                source = Optional.empty();
            } else {
                source = SNIPPET.matcher(line).results().findFirst().map(found -> ROOT.resolve(found.group(1)));
            }
        }
        return new Manual(blocks);
    }

    List<Block> blocks(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** The commands of the {@code console} blocks, each with the lines that it is said to print. */
    List<Step> steps() {
        return blocks("console").stream()
                .flatMap(block -> Step.of(block).stream())
                .toList();
    }

    /**
     * A command.
     *
     * @param command in one line
     * @param shown what it is said to print, where … stands for anything: in a line for a part of it, alone for any lines
     */
    record Step(String command, List<String> shown) {

        private static List<Step> of(Block block) {
            List<Step> steps = new ArrayList<>();
            boolean continued = false;
            for (String line : block.lines()) {
                String text = line.strip();
                String command = text.endsWith("\\") ? text.substring(0, text.length() - 1) : text;
                if (line.startsWith("$ ")) {
                    steps.add(new Step(command.substring(2), new ArrayList<>()));
                } else if (continued) {
                    Step begun = steps.remove(steps.size() - 1);
                    steps.add(new Step(begun.command() + command, begun.shown()));
                } else {
                    steps.get(steps.size() - 1).shown().add(line);
                }
                continued = text.endsWith("\\");
            }
            return steps;
        }

        /** Whether it goes on until it is told to end. */
        boolean serves() {
            return command.matches("\\./inference-proxy (demo|serve)\\b.*");
        }

        /** What the printed text must begin with; seconds and identifiers are not the same each time. */
        Pattern pattern() {
            StringBuilder regex = new StringBuilder();
            for (String line : shown) {
                if (line.equals("…")) {
                    regex.append("(?:.*\n)*?");
                } else {
                    regex.append(varying(line)).append("\n+");
                }
            }
            return Pattern.compile(regex.toString());
        }

        private static String varying(String line) {
            return quoted(line.replaceFirst("^(X-RateLimit-Reset|Retry-After): \\d+$", "$1: …")
                    .replaceFirst("^(X-Request-Id): \\w+$", "$1: …")
                    .replaceAll(";t=\\d+", ";t=…"));
        }

        private static String quoted(String line) {
            StringBuilder regex = new StringBuilder();
            for (String part : line.split("…", -1)) {
                regex.append(regex.isEmpty() ? "" : ".*?").append(Pattern.quote(part));
            }
            return regex.toString();
        }
    }
}
