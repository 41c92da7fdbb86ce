package io.inferenceproxy.docs;

import io.inferenceproxy.call.ApiStyle;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** APIs to describe. */
final class Apis {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private Apis() {}

    static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    static ApiDescription of(Operation... operations) {
        return new ApiDescription(
                "Triage", "1.2.3", "https://api.example", "https://api.example/problems/", false, List.of(operations));
    }

    static ApiDescription small() {
        return of(Operation.forwarded("inference", Set.of("POST"), "/api/inference", true));
    }

    /** One of everything. */
    static ApiDescription whole() {
        return of(
                Operation.login("login", "/api/login"),
                Operation.login("login-short", "/login"),
                Operation.me("/api/me"),
                Operation.forwarded("inference", Set.of("POST"), "/api/inference", true)
                        .withSchema(Optional.of(json("""
                                {'$schema': 'https://json-schema.org/draft/2020-12/schema', '$id': 'https://x.example/s',
                                 'type': 'object', 'required': ['symptoms'],
                                 'properties': {'symptoms': {'type': 'array', 'items': {'$ref': '#/$defs/symptom'}},
                                                'age': {'type': ['integer', 'null'], 'minimum': 0}},
                                 '$defs': {'symptom': {'type': 'string', 'minLength': 1}}}""")))
                        .withWindows(List.of("50 per hour", "200 per day")),
                Operation.forwarded("chat", Set.of("POST"), "/v1/chat/completions", false)
                        .withStyle(ApiStyle.OPENAI)
                        .withWindows(List.of("50 per hour")),
                Operation.forwarded("infer", Set.of("POST"), "/v2/models", true).withStyle(ApiStyle.OIP),
                Operation.forwarded("models", Set.of("GET"), "/v2/models", true).withStyle(ApiStyle.OIP),
                Operation.forwarded("patients", Set.of("GET", "PUT"), "/api/patients/{odd}", true)
                        .withRoles(List.of("researcher"))
                        .withScopes(List.of("patients:read")),
                Operation.forwarded("passthrough", Set.of(), "/raw", true).withContent(Operation.Content.ANY),
                Operation.forwarded("status", Set.of("GET", "HEAD", "PURGE"), "/status", false)
                        .withBearer(false)
                        .withContent(Operation.Content.NONE),
                Operation.health("livez", "Alive?", "/livez", false),
                Operation.health("readyz", "Ready to serve?", "/readyz", true));
    }
}
