package io.inferenceproxy.auth;

import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.Secret;
import tools.jackson.databind.JsonNode;

/**
 * Who wants to sign in, and with what.
 *
 * @param username the name, exactly as sent
 * @param password the password
 */
record LoginRequest(String username, Secret password) {

    static final int MAX_PASSWORD = 1024;

    /** Reads {@code {"username": "...", "password": "..."}} and nothing else. */
    static LoginRequest parse(byte[] body) throws Unreadable {
        JsonNode json;
        try {
            json = StrictJson.read(body);
        } catch (StrictJson.Malformed malformed) {
            throw new Unreadable(Problem.of(
                            ProblemType.MALFORMED_JSON,
                            "The body is " + malformed.getMessage() + ": line " + malformed.line() + ", column "
                                    + malformed.column() + ".")
                    .withMember("line", malformed.line())
                    .withMember("column", malformed.column()));
        }
        if (!json.isObject()
                || json.size() != 2
                || !json.path("username").isString()
                || !json.path("password").isString()) {
            throw unreadable("The body must be an object with the strings username and password, and nothing else.");
        }
        String username = json.path("username").stringValue();
        if (!TokenClaims.isName(username)) {
            throw unreadable("username must have 1 to 256 characters, none of control.");
        }
        String password = json.path("password").stringValue();
        if (password.isEmpty() || password.length() > MAX_PASSWORD || !StrictJson.isEncodable(password)) {
            throw unreadable("password must have 1 to " + MAX_PASSWORD + " characters of Unicode.");
        }
        return new LoginRequest(username, Secret.of(password));
    }

    private static Unreadable unreadable(String detail) {
        return new Unreadable(Problem.of(ProblemType.MALFORMED_REQUEST, detail));
    }

    /** The body says nothing that can be tried. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Unreadable(Problem problem) {
            super(problem.type().slug(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
