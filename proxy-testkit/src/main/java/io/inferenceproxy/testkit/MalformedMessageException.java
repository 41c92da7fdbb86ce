package io.inferenceproxy.testkit;

import java.io.IOException;

/** What was read breaks the grammar or the framing rules of HTTP/1.1 (RFC 9112); the message says where. */
public final class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }
}
