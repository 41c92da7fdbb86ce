package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterKeyTest {

    private static CounterKey user(String issuer, String subject) {
        return new CounterKey(LimitKey.USER, issuer, subject);
    }

    @Test
    void partsThatJoinToTheSameTextAreDifferentKeys() {
        assertThat(user("a", "b\0c")).isNotEqualTo(user("a\0b", "c"));
        assertThat(user("", "ab")).isNotEqualTo(user("a", "b"));
        assertThat(user("", "192.0.2.1")).isNotEqualTo(new CounterKey(LimitKey.ADDRESS, "", "192.0.2.1"));
    }

    @Test
    void longNamesAreKeptShortAndApart() {
        String name = "x".repeat(100_000);

        CounterKey key = user("i", name + "a");

        assertThat(key.name()).hasSize(65);
        assertThat(key).isEqualTo(user("i", name + "a")).isNotEqualTo(user("i", name + "b"));
    }

    @Test
    void noNameCanPassForTheDigestOfAnother() {
        CounterKey digest = user("i", "x".repeat(100));

        assertThat(user("i", digest.name())).isNotEqualTo(digest);
    }

    @Test
    void keysAreOrderedAsTheyAreEqual() {
        assertThat(user("a", "b")).isEqualByComparingTo(user("a", "b"));
        assertThat(user("a", "b").compareTo(user("b", "b"))).isNegative();
        assertThat(user("a", "c").compareTo(user("a", "b"))).isPositive();
    }
}
