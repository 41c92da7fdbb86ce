/**
 * Who is calling: tokens are minted and verified, users sign in, and callers without good credentials are turned away.
 *
 * <ol>
 *   <li>A token is held to the algorithms, the issuer and the audience that are configured, never to what it says of
 *       itself (RFC 8725); no key is ever taken from a token, or fetched from where a token says.
 *   <li>The keys of an external issuer are fetched off the I/O threads, bounded in size, time and number; a call waits for one
 *       fetch at most. What cannot be checked meanwhile is not let in.
 *   <li>Whatever goes wrong while credentials are looked at, nobody is let in.
 *   <li>All refused credentials are answered alike; why they were refused is told to the log alone.
 *   <li>A verified token is remembered, and never past its expiry; a refused one for seconds. Both are bounded in number
 *       and in bytes.
 *   <li>A password is hashed on the workers only, by few at a time, and only while the limits of failed logins allow it;
 *       an unknown user costs as much as a known one.
 *   <li>Of API keys and refresh tokens digests alone are kept, and nothing of them is ever printed.
 *   <li>What is revoked is refused at once on the node that was told, remembered or not, and within
 *       {@link io.inferenceproxy.auth.WatchedStore#BOUND_SECONDS} seconds on all that share the store.
 *   <li>A refresh token is good once; one that comes again ends all that came from the same login.
 *   <li>What a store has acknowledged outlives the process, however it ends. While a store cannot be asked, nobody is let in
 *       whom it would have to be asked about.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.auth;

import org.jspecify.annotations.NullMarked;
