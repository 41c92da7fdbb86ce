package io.inferenceproxy.call;

/** The dialect of a route: how the proxy words the errors that it makes itself. */
public enum ApiStyle {
    /** Problem details, RFC 9457. */
    NATIVE,
    /** The error envelope of the OpenAI API. */
    OPENAI,
    /** The error object of the Open Inference Protocol, version 2. */
    OIP
}
