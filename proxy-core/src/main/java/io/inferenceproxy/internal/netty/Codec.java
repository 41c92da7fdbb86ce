package io.inferenceproxy.internal.netty;

import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.internal.http1.ResponseHeads;

/**
 * Which decoders an engine uses. The system property {@value #PROPERTY} names another than the scanner, at the start of the
 * machine.
 */
enum Codec {
    /** The head scanner, which is what runs. */
    SCANNER,
    /** Netty's decoders under a guard. */
    NETTY;

    static final String PROPERTY = "inferenceproxy.codec";

    /** The one that the property names. */
    static Codec chosen() {
        return "netty".equals(System.getProperty(PROPERTY)) ? NETTY : SCANNER;
    }

    MessageDecoder<RequestHead> requests(int longestHead) {
        return this == NETTY ? NettyDecoder.ofRequests(longestHead) : ScanningDecoder.ofRequests(longestHead);
    }

    MessageDecoder<ResponseHead> responses(ResponseHeads heads) {
        return this == NETTY
                ? NettyDecoder.ofResponses(heads::expectsAnswerToHead)
                : ScanningDecoder.ofResponses(heads);
    }
}
