/** Tests of the configuration engine. */
@NullMarked
package io.inferenceproxy.cli.config;

import org.jspecify.annotations.NullMarked;
