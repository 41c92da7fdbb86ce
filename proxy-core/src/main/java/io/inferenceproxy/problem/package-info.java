/**
 * Every way in which the proxy says no: the one list of {@link ProblemType}s, one occurrence ({@link Problem}), and how
 * it is written in each dialect (RFC 9457, OpenAI, Open Inference Protocol).
 */
@NullMarked
package io.inferenceproxy.problem;

import org.jspecify.annotations.NullMarked;
