package io.inferenceproxy.cli;

import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code token inspect}: shows what a token says, without asking whether it is true. */
@Command(
        name = "inspect",
        description = "Show what a token says, without verifying it; needs no secret.",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy token inspect \"$TOKEN\"")
final class TokenInspectCommand implements Callable<Integer> {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Surroundings surroundings;

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token; - or nothing: it is read from standard input.")
    private @Nullable String token;

    TokenInspectCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        String[] parts = Tokens.read(token, surroundings).split("\\.", -1);
        if (parts.length != 3) {
            throw new CommandFailure(
                    ExitCode.REJECTED, "token: " + parts.length + " parts (expected: 3, joined by dots)");
        }
        ObjectNode shown = JSON.createObjectNode();
        shown.set("header", decoded(parts[0], "header"));
        JsonNode claims = decoded(parts[1], "payload");
        shown.set("claims", claims);
        // Control characters are escaped by JSON; those that turn writing around are not, so all but ASCII is.
        surroundings.out().println(ascii(JSON.writeValueAsString(shown)));
        surroundings.say("not verified: anybody can write such a token; see inference-proxy token verify");
        JsonNode expiry = claims.get("exp");
        if (expiry != null && expiry.isIntegralNumber() && Math.abs(expiry.asLong()) < 1L << 40) {
            surroundings.say("says that it ends at " + Instant.ofEpochSecond(expiry.asLong()));
        }
        return ExitCode.OK.number();
    }

    private static JsonNode decoded(String part, String name) {
        try {
            JsonNode node = JSON.readTree(Base64.getUrlDecoder().decode(part));
            if (node.isObject()) {
                return node;
            }
        } catch (IllegalArgumentException | JacksonException malformed) {
            throw new CommandFailure(ExitCode.REJECTED, "token: its " + name + " is not JSON in base64url", malformed);
        }
        throw new CommandFailure(ExitCode.REJECTED, "token: its " + name + " is no JSON object");
    }

    private static String ascii(String json) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            out.append(c < 0x7f ? Character.toString(c) : String.format("\\u%04x", (int) c));
        }
        return out.toString();
    }
}
