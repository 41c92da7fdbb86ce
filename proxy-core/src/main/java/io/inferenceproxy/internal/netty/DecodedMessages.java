package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;

/**
 * Who is told what a {@link MessageDecoder} finds: for each message its head, the pieces of its body, then its end; or, in
 * place of what is missing, that it is broken. Behind a head that says of itself that it is broken nothing comes.
 *
 * @param <H> the kind of head
 */
interface DecodedMessages<H> {

    /** Whether the next message may begin. */
    boolean wantsMessage();

    void head(H head);

    /** A piece of the body; the receiver releases it. */
    void content(ByteBuf piece);

    /** The message is whole. */
    void end();

    /** The framing of the body is broken: nothing behind it can be believed, and nothing more is told. */
    void broken();
}
