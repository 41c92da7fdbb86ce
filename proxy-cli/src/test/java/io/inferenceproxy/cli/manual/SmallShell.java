package io.inferenceproxy.cli.manual;

import io.inferenceproxy.testkit.HeaderField;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of a shell, of curl and of sed as the pages use, so that their commands are tried where there is only Java.
 * What it does not know it refuses.
 */
final class SmallShell implements Shell {

    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=\\$\\((.*)\\)");
    private static final Pattern LOOP = Pattern.compile("for \\w+ in \\$\\(seq (\\d+)\\); do (.*); done");
    private static final Pattern PIPE = Pattern.compile("(.*) \\| sed '(s/.*/.*/)'");
    private static final Pattern WORD =
            Pattern.compile("'([^']*)'|\"((?:\\$\\([^)]*\\)|[^\"])*)\"|([^\\s'\"]+)|(\\s+)");
    private static final Pattern EXPANSION = Pattern.compile("\\$\\(([^)]*)\\)|\\$(\\w+)");

    private final Jar jar;
    private final Map<String, String> variables = new HashMap<>();

    SmallShell(Jar jar) {
        this.jar = jar;
    }

    @Override
    public String run(String command) throws IOException {
        Matcher loop = LOOP.matcher(command);
        if (loop.matches()) {
            StringBuilder printed = new StringBuilder();
            for (int i = Integer.parseInt(loop.group(1)); i > 0; i--) {
                printed.append(run(loop.group(2)));
            }
            return printed.toString();
        }
        Matcher assignment = ASSIGNMENT.matcher(command);
        if (assignment.matches()) {
            variables.put(assignment.group(1), run(assignment.group(2)).stripTrailing());
            return "";
        }
        Matcher pipe = PIPE.matcher(command);
        if (pipe.matches()) {
            return sed(pipe.group(2), run(pipe.group(1)));
        }
        List<String> words = words(command);
        List<String> arguments = words.subList(1, words.size());
        return switch (words.get(0)) {
            case "curl" -> curl(arguments);
            case "./inference-proxy" -> jar.run(arguments, "");
            default -> throw new IOException(command + ": not known here");
        };
    }

    private List<String> words(String command) throws IOException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Matcher part = WORD.matcher(command);
        int end = 0;
        for (; end < command.length() && part.find() && part.start() == end; end = part.end()) {
            if (part.group(4) != null) {
                words.add(word.toString());
                word.setLength(0);
            } else if (part.group(1) != null) {
                word.append(part.group(1));
            } else {
                word.append(expanded(part.group(2) != null ? part.group(2) : part.group(3)));
            }
        }
        if (end != command.length()) {
            throw new IOException(command + ": not known here");
        }
        words.add(word.toString());
        return words;
    }

    private String expanded(String text) throws IOException {
        StringBuilder expanded = new StringBuilder();
        Matcher expansion = EXPANSION.matcher(text);
        int from = 0;
        while (expansion.find()) {
            expanded.append(text, from, expansion.start());
            expanded.append(
                    expansion.group(1) != null
                            ? run(expansion.group(1)).stripTrailing()
                            : variables.getOrDefault(expansion.group(2), ""));
            from = expansion.end();
        }
        return expanded.append(text.substring(from)).toString();
    }

    /** {@code s/a/b/} with a basic regular expression, once a line. */
    private static String sed(String script, String text) {
        String[] parts = script.split("/", -1);
        String regex = parts[1].replace("\\(", "(").replace("\\)", ")");
        return text.replaceFirst(regex, parts[2].replace("\\", "$"));
    }

    private static String curl(List<String> arguments) throws IOException {
        List<HeaderField> headers = new ArrayList<>();
        boolean head = false;
        boolean shown = true;
        String content = "";
        URI target = URI.create("");
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "-s" -> {}
                case "-i" -> head = true;
                case "-o" -> shown = !arguments.get(++i).equals("/dev/null");
                case "-d" -> content = arguments.get(++i);
                case "-H" -> {
                    String[] field = arguments.get(++i).split(": ", 2);
                    headers.add(new HeaderField(field[0], field[1]));
                }
                default -> target = URI.create("http://" + arguments.get(i).replaceFirst("^http://", ""));
            }
        }
        RawRequest request = RawRequest.of(content.isEmpty() ? "GET" : "POST", target.getPath());
        for (HeaderField field : headers) {
            request = request.header(field.name(), field.value());
        }
        request = content.isEmpty() ? request : request.body(content);
        try (RawClient client = RawClient.connect(URI.create("http://127.0.0.1:" + target.getPort()))) {
            RawResponse answer = client.send(request).readResponse();
            return shown ? (head ? head(answer) : "") + answer.text() + "\n" : "";
        }
    }

    private static String head(RawResponse answer) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " " + answer.reason() + "\n");
        answer.headers().fields().forEach(field -> head.append(field.name() + ": " + field.value() + "\n"));
        return head.append('\n').toString();
    }
}
