package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.units.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2idTest {

    private static final String SALT_AND_HASH = "$BwcHBwcHBwcHBwcHBwcHBw$Lvr3bmANjFgmIc9abyvGMXK3adUKIW19U+fbBf3SfOU";

    private final Argon2id hasher = new Argon2id(PasswordOptions.DEFAULT);

    @Test
    void matchesThePasswordThatItHashedAndNoOther() {
        Secret hash = hasher.hash(Secret.of("correct horse"));

        assertThat(hash.reveal()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(hasher.matches(Secret.of("correct horse"), hash)).isTrue();
        assertThat(hasher.matches(Secret.of("correct horsf"), hash)).isFalse();
    }

    @Test
    void saltsEachHash() {
        assertThat(hasher.unmatchable()).isNotEqualTo(hasher.unmatchable());
        assertThat(hasher.hash(Secret.of("pw"))).isNotEqualTo(hasher.hash(Secret.of("pw")));
    }

    @Test
    void readsTheParametersOfTheHashItself() {
        Secret small = Secret.of("$argon2id$v=19$m=1024,t=1,p=4$BwcHBwcHBwcHBwcHBwcHBw"
                + "$YwkVWyMXmdio/0xe4i5s4i7lhfaok528L5/kvw5oa1w");

        assertThat(hasher.matches(Secret.of("pw"), small)).isTrue();
    }

    @Test
    void tellsPasswordsApartBehindThe72ndByteAndANul() {
        String long_ = "p".repeat(100);
        Secret hash = hasher.hash(Secret.of(long_ + "1"));
        Secret nul = hasher.hash(Secret.of("a\0b"));

        assertThat(hasher.matches(Secret.of(long_ + "2"), hash)).isFalse();
        assertThat(hasher.matches(Secret.of("a\0c"), nul)).isFalse();
        assertThat(hasher.matches(Secret.of("a"), nul)).isFalse();
    }

    @Test
    void makesUnmatchableHashesThatCostTheSame() {
        Secret unmatchable = hasher.unmatchable();

        assertThat(unmatchable.reveal()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(Argon2id.isReadable(unmatchable)).isTrue();
        assertThat(hasher.matches(Secret.of(""), unmatchable)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "$2b$12$abcdefghijklmnopqrstuv",
                "$argon2i$v=19$m=19456,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=16$m=19456,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=4194304,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=262145,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=99999999999,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=19456,t=17,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=19456,t=2,p=9" + SALT_AND_HASH,
                "$argon2id$v=19$m=7,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=0,t=2,p=1" + SALT_AND_HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$BwcH$Lvr3bmANjFgmIc9abyvGMXK3adUKIW19U+fbBf3SfOU",
                "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHB$Lvr3bmANjFgmIc9abyvGMXK3adUKIW19U+fbBf3SfOU",
                "$argon2id$v=19$m=19456,t=2,p=1" + SALT_AND_HASH + "\n"
            })
    void matchesNoHashThatItCannotReadOrThatWouldCostTooMuch(String hash) {
        assertThat(Argon2id.isReadable(Secret.of(hash))).isFalse();
        assertThat(hasher.matches(Secret.of("pw"), Secret.of(hash))).isFalse();
    }
}
