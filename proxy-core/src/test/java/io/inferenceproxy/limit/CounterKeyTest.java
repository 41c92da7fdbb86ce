package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterKeyTest {

    private final CounterKeys keys = CounterKeys.random();

    private CounterKey user(String issuer, String subject) {
        return keys.of(LimitKey.Kind.USER, issuer, subject);
    }

    @Test
    void theSameNameOfTheSameIssuerIsTheSameKey() {
        assertThat(user("issuer", "alice")).isEqualTo(user("issuer", "alice"));
        assertThat(new CounterKeys(1, 2).of(LimitKey.Kind.USER, "i", "a"))
                .isEqualTo(new CounterKeys(1, 2).of(LimitKey.Kind.USER, "i", "a"));
    }

    @Test
    void anotherSeedIsAnotherKey() {
        assertThat(new CounterKeys(1, 2).of(LimitKey.Kind.USER, "i", "a"))
                .isNotEqualTo(new CounterKeys(1, 3).of(LimitKey.Kind.USER, "i", "a"));
    }

    @Test
    void partsThatJoinToTheSameTextAreDifferentKeys() {
        assertThat(user("a", "b\0c")).isNotEqualTo(user("a\0b", "c"));
        assertThat(user("", "ab")).isNotEqualTo(user("a", "b"));
        assertThat(user("abcd", "efgh")).isNotEqualTo(user("abcdefgh", ""));
        assertThat(user("", "192.0.2.1")).isNotEqualTo(keys.of(LimitKey.Kind.ADDRESS, "", "192.0.2.1"));
    }

    @Test
    void namesThatDifferInOneCharacterOrInTheirEndAreDifferentKeys() {
        Set<CounterKey> keys = new HashSet<>();
        String name = "x".repeat(100);
        for (int i = 0; i <= 100; i++) {
            keys.add(user("i", name.substring(0, i)));
            keys.add(user("i", name.substring(0, i) + '\0'));
            keys.add(user("i", name.substring(0, i) + '\u0178'));
            keys.add(user("i", name.substring(0, i) + 'y' + name.substring(i)));
        }

        assertThat(keys).hasSize(404);
    }

    @Test
    void charactersBeyondLatinAreTakenWhole() {
        assertThat(user("i", "\u0141")).isNotEqualTo(user("i", "A"));
        assertThat(user("i", "\uD83D\uDE00")).isNotEqualTo(user("i", "\uD83D\uDE01"));
    }

    @Test
    void noKeyIsThatOfAnEmptyRow() {
        for (int i = 0; i < 1_000; i++) {
            CounterKey key = user("i", "user-" + i);
            assertThat(key.high() | key.low()).isNotZero();
        }
    }
}
