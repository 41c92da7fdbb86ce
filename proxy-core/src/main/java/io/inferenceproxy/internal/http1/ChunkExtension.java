package io.inferenceproxy.internal.http1;

/**
 * Where in the extensions of a chunk a reader is (RFC 9112 section 7.1.1), octet by octet: names are tokens, values are
 * tokens or quoted strings, and a quoted string ends before the line does. What they say is dropped, but two servers must
 * not see the end of the line in two places.
 */
public enum ChunkExtension {
    /** In white space, which a semicolon must follow. */
    BEFORE,
    NAME_BEGINS,
    NAME,
    NAME_ENDED,
    VALUE_BEGINS,
    TOKEN,
    QUOTED,
    ESCAPED,
    QUOTE_ENDED,
    /** What was read is not valid, whatever follows. */
    BROKEN;

    /** Where the reader is behind one more octet of the line. */
    public ChunkExtension next(byte octet) {
        boolean blank = Octets.isBlank(octet);
        return switch (this) {
            case BEFORE -> blank ? BEFORE : octet == ';' ? NAME_BEGINS : BROKEN;
            case NAME_BEGINS -> blank ? NAME_BEGINS : Octets.isToken(octet) ? NAME : BROKEN;
            case NAME -> Octets.isToken(octet) ? NAME : nameEnd(octet, blank);
            case NAME_ENDED -> nameEnd(octet, blank);
            case VALUE_BEGINS -> blank ? VALUE_BEGINS : octet == '"' ? QUOTED : Octets.isToken(octet) ? TOKEN : BROKEN;
            case TOKEN -> Octets.isToken(octet) ? TOKEN : valueEnd(octet, blank);
            case QUOTED ->
                octet == '"' ? QUOTE_ENDED : octet == '\\' ? ESCAPED : Octets.isText(octet) ? QUOTED : BROKEN;
            case ESCAPED -> Octets.isText(octet) ? QUOTED : BROKEN;
            case QUOTE_ENDED -> valueEnd(octet, blank);
            case BROKEN -> BROKEN;
        };
    }

    /** Whether the line may end here. */
    public boolean mayEnd() {
        return this == NAME || this == TOKEN || this == QUOTE_ENDED;
    }

    private static ChunkExtension nameEnd(byte octet, boolean blank) {
        return blank ? NAME_ENDED : octet == '=' ? VALUE_BEGINS : octet == ';' ? NAME_BEGINS : BROKEN;
    }

    private static ChunkExtension valueEnd(byte octet, boolean blank) {
        return blank ? BEFORE : octet == ';' ? NAME_BEGINS : BROKEN;
    }
}
