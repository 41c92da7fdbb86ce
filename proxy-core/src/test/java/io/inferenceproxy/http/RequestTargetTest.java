package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/, /, ''",
        "/api/x, /api/x, ''",
        "/api/x/, /api/x/, ''",
        "/a?b=c&d=%20?e, /a, ?b=c&d=%20?e",
        "/a?, /a, ?",
        "/%61%7Eb, /a~b, ''",
        "/a%2fb, /a%2Fb, ''",
        "/%c3%a9, /%C3%A9, ''",
        "/a.b/..c/d.., /a.b/..c/d.., ''",
        "/a:b@c!$&'()*+=, /a:b@c!$&'()*+=, ''",
        "/a%25, /a%25, ''",
        "/a%3Fb, /a%3Fb, ''"
    })
    void pathsAreMadeCanonicalAndQueriesKept(String text, String path, String query) throws RequestTarget.Malformed {
        RequestTarget target = RequestTarget.parse(text);

        assertThat(target.path()).isEqualTo(path);
        assertThat(target.query()).isEqualTo(query);
        assertThat(target).hasToString(path + query);
        assertThat(RequestTarget.parse(target.toString()))
                .as("already canonical")
                .isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "*",
                "//",
                "//a",
                "/a//b",
                "/.",
                "/..",
                "/a/..",
                "/a/../b",
                "/a/./b",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e/",
                "/%252e%252e/a",
                "/..%2fa",
                "/a%2f..",
                "/..%252Fa",
                "/a;b",
                "/a%3bb",
                "/a\\b",
                "/a%5Cb",
                "/a%00",
                "/a%0a",
                "/a%7f",
                "/a b",
                "/a\tb",
                "/é",
                "/a#b",
                "/a?b#c",
                "/a?b c",
                "/%",
                "/%1",
                "/%zz",
                "/%-1",
                "/%ff",
                "/%c3",
                "/%c0%af",
                "/%ed%a0%80",
                "/a?é"
            })
    void whatServersReadDifferentlyIsRefused(String text) {
        assertThatThrownBy(() -> RequestTarget.parse(text)).isInstanceOf(RequestTarget.Malformed.class);
    }

    @Test
    void messagesQuoteNothing() {
        assertThatThrownBy(() -> RequestTarget.parse("/secret/../x")).hasMessage("the path has a dot segment");
    }
}
