package io.inferenceproxy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutatedFileTest {

    private static final String SECRET = "kZ9-quite-Secret-7Qx";
    private static final String FILE = """
            server:
              host: 127.0.0.1   # comment
              port: 8080
              base-url: "https://api.example"
              trusted-proxies: [10.0.0.0/8]
              max-head: 16KB
            upstreams:
              default:
                urls:
                  - http://127.0.0.1:8000
                headers: { Authorization: "Bearer %s" }
            routes:
              inference: { match: "POST /api/inference/**", to: /predict, style: native }
            auth:
              secret: %s
              login-limit: { per-address: 20 per minute }
            limits:
              per-user: { windows: ["50 per hour", '200 per day'] }
            logging: { level: info }
            """.formatted(SECRET, SECRET);
    private static final String[] PIECES = {
        ":",
        ": ",
        "\n",
        "  ",
        "\t",
        "-",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "#",
        "&a ",
        "*a",
        "!t ",
        "|",
        ">",
        "${",
        "}",
        "${env:X}",
        "${file:y}",
        "null",
        "~",
        "---\n",
        "...",
        "%YAML",
        "\u0000",
        "\ufeff",
        "\u2028",
        "é",
        "😀",
        "? ",
        "<<: ",
        "0x1F",
        "1e9",
        "=",
        "@",
        "`",
        ",",
        "99999999999999999999",
        "\r",
        "\\",
        "\\x"
    };

    @TempDir
    Path directory;

    @Test
    void a_mutated_file_is_never_an_exception_and_never_shows_its_secret() {
        Random random = new Random(20_240_607);
        ConfigFixture config = new ConfigFixture(directory);
        int valid = 0;
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder(FILE);
            int changes = 1 + random.nextInt(4);
            for (int change = 0; change < changes; change++) {
                int at = random.nextInt(text.length());
                int secret = text.indexOf(SECRET);
                boolean inSecret = isInSecret(text, at);
                switch (random.nextInt(4)) {
                    case 0 -> text.insert(inSecret ? secret : at, PIECES[random.nextInt(PIECES.length)]);
                    case 1 ->
                        text.delete(at, inSecret ? at : Math.min(nextSecret(text, at), at + 1 + random.nextInt(12)));
                    case 2 -> text.insert(text.lastIndexOf("\n", at) + 1, text.substring(0, text.indexOf("\n") + 1));
                    default -> text.setCharAt(inSecret ? 0 : at, (char) (32 + random.nextInt(95)));
                }
            }
            LoadedConfig<SampleOptions> loaded = config.yaml(text.toString()).load();
            assertThat(loaded.isValid())
                    .as("round %d", round)
                    .isEqualTo(loaded.problems().stream().noneMatch(ConfigProblem::isError));
            String shown = loaded.problems()
                    + ConfigPrinter.of(loaded).text()
                    + ConfigPrinter.of(loaded).yaml()
                    + ConfigPrinter.of(loaded).json();
            assertThat(shown).as("round %d:%n%s", round, text).doesNotContain(SECRET);
            valid += loaded.isValid() ? 1 : 0;
        }
        assertThat(valid).isBetween(50, 950);
    }

    private static boolean isInSecret(StringBuilder text, int at) {
        for (int begin = text.indexOf(SECRET); begin >= 0; begin = text.indexOf(SECRET, begin + 1)) {
            if (at >= begin && at < begin + SECRET.length()) {
                return true;
            }
        }
        return false;
    }

    private static int nextSecret(StringBuilder text, int at) {
        int next = text.indexOf(SECRET, at);
        return next < 0 ? text.length() : next;
    }
}
