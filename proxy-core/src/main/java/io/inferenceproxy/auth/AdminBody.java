package io.inferenceproxy.auth;

import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A JSON object that somebody sent to manage users or keys, read strictly; what is wrong with it becomes a problem. */
final class AdminBody {

    private final JsonNode json;

    private AdminBody(JsonNode json) {
        this.json = json;
    }

    /** Reads an object with some of these members and no others. */
    static AdminBody parse(byte[] body, String... members) {
        JsonNode json;
        try {
            json = CredentialBody.json(body);
        } catch (CredentialBody.Unreadable unreadable) {
            throw new ProblemException(unreadable.problem());
        }
        Set<String> known = Set.of(members);
        if (!json.isObject() || !known.containsAll(json.propertyNames())) {
            throw malformed("The body must be an object with " + String.join(", ", List.of(members))
                    + ", as far as they are wanted, and nothing else.");
        }
        return new AdminBody(json);
    }

    static ProblemException malformed(String detail) {
        return new ProblemException(Problem.of(ProblemType.MALFORMED_REQUEST, detail));
    }

    boolean has(String member) {
        return json.has(member);
    }

    String text(String member) {
        return optionalText(member).orElseThrow(() -> malformed(member + " is missing; it must be a string."));
    }

    Optional<String> optionalText(String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw malformed(member + " must be a string.");
        }
        return Optional.of(value.stringValue());
    }

    Optional<Set<String>> names(String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        for (JsonNode name : value) {
            names.add(name.isString() ? name.stringValue() : "");
        }
        if (!value.isArray() || names.contains("")) {
            throw malformed(member + " must be an array of strings.");
        }
        return Optional.of(names);
    }

    Optional<Boolean> flag(String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw malformed(member + " must be true or false.");
        }
        return Optional.of(value.booleanValue());
    }

    Optional<Duration> duration(String member) {
        return optionalText(member).map(text -> {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException wrong) {
                throw malformed(member + " must be a duration such as 90d.");
            }
        });
    }

    /** A moment; empty for null. */
    Optional<Instant> instantOrNull(String member) {
        if (json.path(member).isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text(member)));
        } catch (DateTimeException wrong) {
            throw malformed(member + " must be a time such as 2026-12-31T00:00:00Z, or null.");
        }
    }
}
