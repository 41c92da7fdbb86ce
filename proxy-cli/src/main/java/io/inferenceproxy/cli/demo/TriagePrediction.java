package io.inferenceproxy.cli.demo;

/**
 * One condition and how probable the model holds it to be.
 *
 * @param condition name of the condition
 * @param probability 0 to 1; over all conditions of the model the probabilities add up to 1
 */
public record TriagePrediction(String condition, double probability) {}
