package io.inferenceproxy.testkit;

/**
 * One exchange that the peer left before the answer was completely written.
 *
 * @param request what was received of the request
 * @param end how the peer left
 * @param written how many bytes of the answer had been written by then
 */
public record Abort(ReceivedRequest request, PeerEnd end, long written) {}
