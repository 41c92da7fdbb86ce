/**
 * Which route a call takes: method and canonical path to the route's own chain.
 */
@NullMarked
package io.inferenceproxy.route;

import org.jspecify.annotations.NullMarked;
