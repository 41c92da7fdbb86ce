package io.inferenceproxy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    private static final String INTRODUCTION = """
            # Configuration

            Generated from the option records; a test keeps it up to date. `inference-proxy config` shows what holds and where each
            value comes from, `config why KEY` one key with all that was overridden, `config init` writes a file to start with,
            `validate` tells all mistakes at once.

            ## Where a value comes from

            The first of these that has it:

            1. a flag: the short ones of `serve --help`, or `--set server.port=9000` for any key;
            2. an environment variable, named in the table; a `.env` file in the working directory fills in those that are not set;
            3. the file: `--config FILE`, else `INFERENCE_PROXY_CONFIG`, else `./inference-proxy.yaml`;
               with `--profile prod`, `inference-proxy-prod.yaml` over it;
            4. the default.

            A map or a list that is given replaces the default one. Unknown keys are mistakes, told with the nearest known one.

            ## How values are written

            | type | examples |
            |---|---|
            | duration | `250ms`, `5s`, `1m`, `2h`, `1d` |
            | size | `64KB`, `1MB`; powers of 1,024 |
            | window, allowance | `50 per hour`, `10 per 5 minutes`, `200/1d`; several joined by `;` |
            | route match | `POST /api/inference/**`, `GET,HEAD /status`, `* /raw/**` |
            | secret | a text; never shown again, by no command and in no message. In the environment also as `…_FILE`, the path of a file |
            | path | relative to the file that names it; in flags and variables to the working directory |
            | list | `[a, b]`; in a variable `a,b` |

            Any value may hold `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}`. `JWT_SECRET_KEY` is another name for
            `INFERENCE_PROXY_AUTH_SECRET`. In the names of variables `<NAME>` is the name in capitals, with dashes as `_`.

            ## Every key

            """;

    /** With {@code -Ddocs.rewrite} it is written instead of compared. */
    @Test
    void theReferenceIsUpToDate() throws IOException {
        String text = INTRODUCTION + ConfigReference.of(ProxyOptions.class);
        if (System.getProperty("docs.rewrite") != null) {
            Files.writeString(DOCUMENT, text);
        }

        assertThat(DOCUMENT)
                .as("docs/configuration.md is generated: mvn -Dquick -pl proxy-cli -am test -Ddocs.rewrite")
                .content()
                .isEqualTo(text);
    }
}
