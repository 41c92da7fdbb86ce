package io.inferenceproxy.http;

import java.util.Locale;

/**
 * The essence of a media type, {@code type/subtype} in lower case, without its parameters (RFC 9110 section 8.3.1).
 *
 * @param essence {@code application/json} and its like; empty when the field was malformed
 */
public record MediaType(String essence) {

    public static MediaType parse(String field) {
        int end = field.indexOf(';');
        String essence = (end < 0 ? field : field.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return new MediaType(essence.indexOf('/') > 0 && essence.indexOf(',') < 0 ? essence : "");
    }

    /** {@code application/json}, or any type whose suffix is {@code +json} (RFC 6839). */
    public boolean isJson() {
        return essence.equals("application/json") || essence.endsWith("+json");
    }

    /** {@code text/event-stream}: server-sent events. */
    public boolean isEventStream() {
        return essence.equals("text/event-stream");
    }
}
