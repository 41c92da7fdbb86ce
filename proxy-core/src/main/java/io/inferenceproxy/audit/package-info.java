/**
 * What was done with identities, by whom, and from where: a trail that shows when somebody changed it afterwards.
 *
 * <ol>
 *   <li>An event is in the file when {@link io.inferenceproxy.audit.Auditor#record} returns; with {@code audit.sync} it also
 *       survives a loss of power.
 *   <li>Each line holds the hash of the line before it, so a line that is changed, removed, added or moved breaks the chain
 *       there. Who keeps the last hash elsewhere can tell that the end is missing, too.
 *   <li>A line that a crash left unfinished is cut, and the next one says so.
 *   <li>No line holds a password, a token, a key, or a hash of one.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.audit;

import org.jspecify.annotations.NullMarked;
