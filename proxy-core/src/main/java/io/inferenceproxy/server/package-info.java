/**
 * What every listener has in common: its options, the shutdown in stages, cross-origin requests, and the door through which
 * a server hands calls to the pipeline.
 */
@NullMarked
package io.inferenceproxy.server;

import org.jspecify.annotations.NullMarked;
