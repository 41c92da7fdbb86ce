package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** Which file of keys the {@code keys} commands change. */
final class KeysMixin {

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    /** Something done with the keys. */
    @FunctionalInterface
    interface Work {
        ExitCode with(KeyStore keys, Path file);
    }

    /** The configuration. */
    ProxyOptions options(Surroundings surroundings) {
        return ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
    }

    /**
     * Does it, with the keys of the configuration.
     *
     * @throws CommandFailure when the file is wrong or cannot be read or written
     */
    int edit(Surroundings surroundings, ProxyOptions options, Work work) {
        Path file = options.auth()
                .keysFile()
                .orElseGet(() -> config.state(surroundings).open().keysFile());
        try (KeysFile keys = KeysFile.open(file, Ticker.system())) {
            return work.with(keys, file).number();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (StoreException failed) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(failed.getMessage()), failed);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "keys file " + file + ": cannot be used, " + failed, failed);
        }
    }

    /** The failure of naming a key that is not there. */
    static CommandFailure unknown(String id, Path file) {
        boolean whole = id.startsWith("ipx_");
        return new CommandFailure(
                ExitCode.USAGE,
                whole
                        ? "key: the whole key (expected: its identifier alone, what stands between the underscores)"
                        : "key: " + id + " is not in " + file + " (expected: an identifier that keys list shows)");
    }
}
