/**
 * Who is calling: tokens made and verified, users and their passwords, roles and scopes.
 */
@NullMarked
package io.inferenceproxy.auth;

import org.jspecify.annotations.NullMarked;
