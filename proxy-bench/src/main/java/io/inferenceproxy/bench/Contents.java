package io.inferenceproxy.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** JSON as inference services take it, of the sizes that {@code compare} sends. */
final class Contents {

    static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "required": ["model", "features", "text"],
              "additionalProperties": false,
              "properties": {
                "model": {"type": "string", "enum": ["triage-1", "triage-2"]},
                "age": {"type": "integer", "minimum": 0, "maximum": 130},
                "features": {"type": "array", "items": {"type": "number", "minimum": -1, "maximum": 1}},
                "text": {"type": "string", "maxLength": 65536}
              }
            }
            """;

    private static final String[] WORDS =
            "the patient has had fever and cough for three days with a mild headache".split(" ", -1);

    private Contents() {}

    /** Half a kilobyte. */
    static byte[] small() {
        return json(16, 512);
    }

    /** 32 KB, half of it numbers. */
    static byte[] large() {
        return json(1_650, 32 << 10);
    }

    private static byte[] json(int features, int size) {
        Random random = new Random(1);
        StringBuilder json = new StringBuilder("{\"model\":\"triage-2\",\"age\":42,\"features\":[");
        for (int i = 0; i < features; i++) {
            json.append(i == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.6f", random.nextDouble() * 2 - 1));
        }
        json.append("],\"text\":\"");
        while (json.length() < size) {
            json.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        json.setLength(size - 2);
        return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
