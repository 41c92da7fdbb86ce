package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** A message that a decoder told of: what its head means, the bytes of its body, and how it ended. */
final class ToldMessage {

    private final String meaning;
    private final int startsAt;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Ending ending;

    /** How a message ended. */
    enum Ending {
        /** There was no more to read. */
        OPEN,
        WHOLE,
        /** Its body is broken. */
        BROKEN,
        /** Its head is refused. */
        REFUSED
    }

    private ToldMessage(String meaning, int startsAt, Ending ending) {
        this.meaning = meaning;
        this.startsAt = startsAt;
        this.ending = ending;
    }

    /** @param startsAt where the bytes begin that follow the message before it */
    static ToldMessage of(Object head, int startsAt) {
        return head instanceof RequestHead request ? of(request, startsAt) : of((ResponseHead) head, startsAt);
    }

    private static ToldMessage of(RequestHead head, int startsAt) {
        Problem problem = head.problem();
        if (problem != null) {
            return new ToldMessage(problem.type() + ": " + problem.reason(), startsAt, Ending.REFUSED);
        }
        StringBuilder meaning = new StringBuilder(200)
                .append(head.method())
                .append(' ')
                .append(head.target())
                .append(" at ")
                .append(head.authority())
                .append(head.http10() ? ", 1.0" : "")
                .append(head.keepAlive() ? ", kept" : "")
                .append(head.expectsContinue() ? ", expects" : "")
                .append(", length ")
                .append(head.length());
        return new ToldMessage(withFields(meaning, head.headers()), startsAt, Ending.OPEN);
    }

    private static ToldMessage of(ResponseHead head, int startsAt) {
        if (head.violation() != null) {
            return new ToldMessage(head.violation(), startsAt, Ending.REFUSED);
        }
        StringBuilder meaning = new StringBuilder(200)
                .append(head.status())
                .append(head.bodiless() ? ", no body" : "")
                .append(head.keepAlive() ? ", kept" : "")
                .append(", length ")
                .append(head.length());
        return new ToldMessage(withFields(meaning, head.headers()), startsAt, Ending.OPEN);
    }

    /** The fields in order, but for those that frame: what they say is in the head already. */
    private static String withFields(StringBuilder meaning, Headers fields) {
        fields.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.equals("transfer-encoding") && !lower.equals("content-length")) {
                meaning.append('\n').append(name).append(": ").append(value);
            }
        });
        return meaning.toString();
    }

    /** What the head means, or why it is refused. */
    String meaning() {
        return meaning;
    }

    /** Whether it is an answer that switches to another protocol. */
    boolean isSwitch() {
        return meaning.startsWith("101,");
    }

    int startsAt() {
        return startsAt;
    }

    Ending ending() {
        return ending;
    }

    boolean isAccepted() {
        return ending == Ending.OPEN || ending == Ending.WHOLE;
    }

    void ends(Ending how) {
        ending = how;
    }

    void add(byte[] piece) {
        body.writeBytes(piece);
    }

    byte[] body() {
        return body.toByteArray();
    }

    @Override
    public String toString() {
        return ending + " with " + body.size() + " bytes of body: " + meaning;
    }
}
