package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes and rotates the keys in a key file that is a set: one editor at a time (a lock file beside it), and for readers in
 * one step, so that they see the old content or the new. What it writes only its owner can read.
 */
public final class SigningKeysEditor {

    private final StoreFile file;
    private final Ticker ticker;

    /** @param path the file; it is made with the first key */
    public SigningKeysEditor(Path path, Ticker ticker) {
        this.file = new StoreFile(path, "key file", DataSize.ofBytes(KeyFileContent.MAX_SIZE));
        this.ticker = ticker;
    }

    /**
     * Makes a key. Where there is one of the algorithm already the new one verifies only, until {@link #rotate}.
     *
     * @return the name of the key
     * @throws IllegalArgumentException when the file holds something else than a set of keys
     */
    public String generate(TokenAlgorithm algorithm) throws IOException {
        SigningKeySet set = edit(present -> present.withFresh(algorithm, ticker));
        return set.next(algorithm).orElseGet(() -> set.signing(algorithm));
    }

    /**
     * Has the next key sign; a fresh one, where none was made ahead.
     *
     * @param algorithm whose keys; those of the first key when empty
     * @param kept how many of those that have signed go on verifying
     * @return the name of the key that signs now
     * @throws IllegalArgumentException when there is no key of the algorithm, or the file holds something else
     */
    public String rotate(Optional<TokenAlgorithm> algorithm, int kept) throws IOException {
        SigningKeySet set = edit(present -> {
            TokenAlgorithm whose = whose(present, algorithm);
            return present.rotated(whose, kept, ticker);
        });
        return set.signing(whose(set, algorithm));
    }

    private static TokenAlgorithm whose(SigningKeySet set, Optional<TokenAlgorithm> algorithm) {
        return algorithm
                .or(set::algorithm)
                .filter(set::has)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no key" + algorithm.map(name -> " of " + name).orElse("")
                                + " (expected: one that keys signing generate made)"));
    }

    private SigningKeySet edit(UnaryOperator<SigningKeySet> change) throws IOException {
        return file.locked(() -> {
            SigningKeySet changed = change.apply(present());
            file.replace(changed.write());
            return changed;
        });
    }

    private SigningKeySet present() throws IOException {
        return file.exists() ? SigningKeySet.parse(Files.readAllBytes(file.path())) : SigningKeySet.empty();
    }
}
