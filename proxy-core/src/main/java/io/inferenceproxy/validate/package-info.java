/**
 * What content must be like: media type, size, strict JSON, JSON Schema.
 */
@NullMarked
package io.inferenceproxy.validate;

import org.jspecify.annotations.NullMarked;
