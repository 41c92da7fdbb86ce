package io.inferenceproxy.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@code text/event-stream}, taken apart as the HTML standard says.
 *
 * @param events the dispatched events, in order
 * @param comments the comment lines without their colon, in order
 * @param remainder what came after the last dispatched event: an event that was not ended with an empty line
 */
public record Sse(List<Event> events, List<String> comments, String remainder) {

    /**
     * One event.
     *
     * @param type the {@code event} field; {@code message} when there is none
     * @param data the {@code data} lines, joined with a line feed
     * @param id the last {@code id} seen up to here; empty when there was none
     */
    public record Event(String type, String data, String id) {}

    /** Copies the lists. */
    public Sse {
        events = List.copyOf(events);
        comments = List.copyOf(comments);
    }

    /** Takes these bytes apart, as UTF-8. */
    public static Sse parse(Bytes stream) {
        return parse(stream.utf8());
    }

    /** Takes this text apart. Lines end in LF, CR or CRLF; an unended last line counts to the remainder. */
    public static Sse parse(String stream) {
        Parser parser = new Parser();
        String text = stream.startsWith("\ufeff") ? stream.substring(1) : stream;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                String line = text.substring(start, i);
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
                parser.line(line, start);
            }
        }
        return new Sse(parser.events, parser.comments, text.substring(parser.dispatched));
    }

    /** The data of each event, in order. */
    public List<String> data() {
        return events.stream().map(Event::data).toList();
    }

    /** Whether the stream ended where it should: with nothing after the last event. */
    public boolean complete() {
        return remainder.isEmpty();
    }

    private static final class Parser {

        private final List<Event> events = new ArrayList<>();
        private final List<String> comments = new ArrayList<>();
        private final List<String> data = new ArrayList<>();
        private String type = "";
        private String id = "";
        private boolean open;
        private int dispatched;

        void line(String line, int end) {
            if (line.isEmpty()) {
                dispatch(end);
            } else if (line.startsWith(":")) {
                comments.add(line.substring(1));
                dispatched = open ? dispatched : end;
            } else {
                open = true;
                field(line);
            }
        }

        private void field(String line) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (name) {
                case "data" -> data.add(value);
                case "event" -> type = value;
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                default -> {
                    // The standard has unknown fields ignored; `retry` means nothing to an assertion.
                }
            }
        }

        private void dispatch(int end) {
            if (!data.isEmpty()) {
                events.add(new Event(type.isEmpty() ? "message" : type, String.join("\n", data), id));
            }
            data.clear();
            type = "";
            open = false;
            dispatched = end;
        }
    }
}
