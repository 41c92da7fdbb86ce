/**
 * What explains the running proxy: the OpenAPI document, the page to try it, the pages of the problems, the index.
 */
@NullMarked
package io.inferenceproxy.docs;

import org.jspecify.annotations.NullMarked;
