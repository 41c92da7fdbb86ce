/**
 * The configuration engine: reads files, the environment and flags into one tree and binds it to option records. It is
 * generic over the records and knows no particular key.
 *
 * <ol>
 *   <li>Precedence: flag, environment, profile file, file, default. Mappings are overlaid key by key; a list or a text
 *       replaces. A map that a file gives replaces the default map; a variable or flag that reaches into an entry
 *       ({@code --set limits.per-user.windows=…}) changes that entry and leaves the others; {@code {}} empties a map.
 *   <li>A key without a value ({@code port:} or {@code port: null}) counts as not given. An empty text for a key that may
 *       be absent means absent, but where any text will do it is that text.
 *   <li>{@code ${env:NAME}}, {@code ${env:NAME:-default}} and {@code ${file:PATH}} are replaced in the values of files and
 *       flags; <code>$${</code> stands for a plain <code>${</code>. Variables are taken as they stand.
 *   <li>Every mistake is found in one go and names its place; no input makes an exception.
 *   <li>No secret is in anything this package renders: by type, by value, by the userinfo of a URL.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.cli.config;

import org.jspecify.annotations.NullMarked;
