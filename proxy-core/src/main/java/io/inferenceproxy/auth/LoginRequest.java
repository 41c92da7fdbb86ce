package io.inferenceproxy.auth;

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
    static LoginRequest parse(byte[] body) throws CredentialBody.Unreadable {
        JsonNode json = CredentialBody.json(body);
        if (!json.isObject()
                || json.size() != 2
                || !json.path("username").isString()
                || !json.path("password").isString()) {
            throw CredentialBody.unreadable(
                    "The body must be an object with the strings username and password, and nothing else.");
        }
        String username = json.path("username").stringValue();
        if (!TokenClaims.isName(username)) {
            throw CredentialBody.unreadable("username must have 1 to 256 characters, none of control.");
        }
        String password = json.path("password").stringValue();
        if (password.isEmpty() || password.length() > MAX_PASSWORD || !StrictJson.isEncodable(password)) {
            throw CredentialBody.unreadable("password must have 1 to " + MAX_PASSWORD + " characters of Unicode.");
        }
        return new LoginRequest(username, Secret.of(password));
    }
}
