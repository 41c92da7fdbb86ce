package io.inferenceproxy.cli.demo;

import java.util.Collection;
import java.util.stream.Collectors;

/** Writes {@code triage.schema.json} from the symptoms of the cases and the bounds of {@link TriageQuery}. */
final class SchemaGenerator {
    private SchemaGenerator() {}

    /**
     * The schema. It tells the two shapes apart by if/then/else and not by oneOf, so that a validator reports what is wrong
     * with the shape that was sent and not also that it is not the other one.
     */
    static String schema(Collection<String> symptoms) {
        return """
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "title": "Triage request",
                  "description": "One patient, or an array of patients. A demonstration; not medical advice.",
                  "type": ["object", "array"],
                  "if": { "type": "array" },
                  "then": {
                    "minItems": 1,
                    "maxItems": %d,
                    "items": { "type": "object", "$ref": "#/$defs/patient" }
                  },
                  "else": { "$ref": "#/$defs/patient" },
                  "examples": [
                    %s,
                    [{"symptoms":["heartburn","acid-taste"]},{"symptoms":["itching","hives"],"age":7,"top":1}]
                  ],
                  "$defs": {
                    "patient": {
                      "properties": {
                        "symptoms": {
                          "description": "What the patient reports; all else counts as absent.",
                          "type": "array",
                          "minItems": 1,
                          "maxItems": %d,
                          "uniqueItems": true,
                          "items": { "$ref": "#/$defs/symptom" }
                        },
                        "age": {
                          "description": "In years; left out when unknown.",
                          "type": "integer",
                          "minimum": 0,
                          "maximum": %d
                        },
                        "top": {
                          "description": "How many conditions to answer.",
                          "type": "integer",
                          "minimum": 1,
                          "maximum": %d,
                          "default": %d
                        }
                      },
                      "required": ["symptoms"],
                      "additionalProperties": false
                    },
                    "symptom": {
                      "enum": [
                        %s
                      ]
                    }
                  }
                }
                """.formatted(
                TriageQuery.MAX_BATCH,
                TriageSchema.EXAMPLE,
                TriageQuery.MAX_SYMPTOMS,
                TriageQuery.MAX_AGE,
                TriageQuery.MAX_TOP,
                TriageQuery.DEFAULT_TOP,
                symptoms.stream().sorted().map(name -> "\"" + name + "\"").collect(Collectors.joining(",\n        ")));
    }
}
