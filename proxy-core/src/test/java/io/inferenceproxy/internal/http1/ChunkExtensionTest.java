package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Extensions are valid where the grammar of RFC 9112 section 7.1.1 says so, for all that can be said in few words. */
class ChunkExtensionTest {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String QUOTED = "\"([\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\" + TEXT + ")*\"";
    private static final Pattern GRAMMAR =
            Pattern.compile("([ \\t]*;[ \\t]*" + TOKEN + "([ \\t]*=[ \\t]*(" + TOKEN + "|" + QUOTED + "))?)+");

    private static boolean isValid(String extensions) {
        ChunkExtension at = ChunkExtension.BEFORE;
        for (int i = 0; i < extensions.length(); i++) {
            at = at.next((byte) extensions.charAt(i));
        }
        return at.mayEnd();
    }

    @Test
    void whateverIsMadeOfItsMarksIsReadAsTheGrammarSays() {
        String marks = ";=\"\\a \0";
        int length = 7;
        int many = (int) Math.pow(marks.length(), length);
        for (int number = 0; number < many; number++) {
            StringBuilder text = new StringBuilder(";");
            for (int rest = number; rest > 0; rest /= marks.length()) {
                text.append(marks.charAt(rest % marks.length()));
            }
            String extensions = text.toString();
            if (isValid(extensions) != GRAMMAR.matcher(extensions).matches()) {
                assertThat(isValid(extensions)).as(extensions).isEqualTo(!isValid(extensions));
            }
        }
    }

    @Test
    void eachOctetIsReadAsTheGrammarSaysInEachPlace() {
        for (int octet = 0; octet < 256; octet++) {
            for (String around :
                    new String[] {"%", ";%", ";a%", ";a%b", ";a=%", ";a=b%", ";a=\"%\"", ";a=\"\\%\"", ";a=\"\"%"}) {
                String extensions = around.replace('%', (char) octet);

                assertThat(isValid(extensions))
                        .as("octet %d in %s", octet, around)
                        .isEqualTo(GRAMMAR.matcher(extensions).matches());
            }
        }
    }

    @Test
    void whatIsBrokenStaysBroken() {
        assertThat(ChunkExtension.BROKEN.next((byte) ';')).isEqualTo(ChunkExtension.BROKEN);
    }
}
