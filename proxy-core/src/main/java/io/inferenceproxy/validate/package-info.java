/**
 * What content must be like: media type, size, strict JSON, JSON Schema.
 *
 * <ol>
 *   <li>The checks run in that order, and the first that fails answers; what the head alone can refuse is refused unread.
 *   <li>Nothing of the content is repeated but the names of members in pointers.
 *   <li>What a check costs is bounded by the size of the body, whatever the body and the schema say.
 * </ol>
 *
 * Start with {@link io.inferenceproxy.validate.ValidateFilter}.
 */
@NullMarked
package io.inferenceproxy.validate;

import org.jspecify.annotations.NullMarked;
