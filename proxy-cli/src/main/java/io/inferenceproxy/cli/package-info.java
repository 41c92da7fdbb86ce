/**
 * The command line: commands, the state directory, logs and signals around the library.
 *
 * <ol>
 *   <li>Results go to standard output, all else to standard error; {@code serve} alone logs to standard output, as those
 *       who run containers expect.
 *   <li>{@link io.inferenceproxy.cli.Cli#run} never ends the process and reads nothing but its {@code Surroundings}.
 *   <li>A flag that stands for a setting writes that one key of the configuration, so that it is checked, explained and
 *       overridden like all others.
 *   <li>Messages are short; what went wrong inside is shown with {@code --verbose} only.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.cli;

import org.jspecify.annotations.NullMarked;
