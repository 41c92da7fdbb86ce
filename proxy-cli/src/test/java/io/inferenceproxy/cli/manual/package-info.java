/** What is written for people, tried out: the commands of the README, its code and its configuration. */
@NullMarked
package io.inferenceproxy.cli.manual;

import org.jspecify.annotations.NullMarked;
