/**
 * What a call costs, read from the JSON of its request and of its answer while that passes: numbers, lengths of arrays and
 * short texts at JSON pointers.
 *
 * <ol>
 *   <li>Nothing of the content is kept but what stands at the places that were asked for. A reader takes the same memory for
 *       ten bytes as for ten gigabytes, however deep they nest and however long their names, texts and numbers are.
 *   <li>Where the content is cut into pieces makes no difference to what is found.
 *   <li>A reader never throws, whatever it is given. What turns out to be no JSON ends the reading of that text; what was
 *       found before stays found. What is not on the way to a place is passed over and not judged.
 *   <li>A number that may be the beginning of a longer one is not counted: one is whole when what stands behind it says so.
 *   <li>A name that an object has twice stands for its last value, as most parsers see it. Of several texts in a row, the
 *       events of a stream, the last that has a value at the place wins.
 *   <li>Pieces of an answer are looked at on their way to the client. They are neither held nor changed, and an answer that
 *       nobody watches is not touched at all.
 * </ol>
 *
 * Start with {@link io.inferenceproxy.cost.AnswerMeter} for answers, {@link io.inferenceproxy.cost.JsonPlaces#valuesIn} for
 * requests.
 */
@NullMarked
package io.inferenceproxy.cost;

import org.jspecify.annotations.NullMarked;
