/**
 * What every server in front of the pipeline must do alike, as tests to inherit: extend
 * {@link io.inferenceproxy.testkit.contract.ProxyContract} and say how the server is opened.
 */
@NullMarked
package io.inferenceproxy.testkit.contract;

import org.jspecify.annotations.NullMarked;
