/**
 * Tools for tests of what is built on the proxy: a JUnit extension that runs one, a scriptable upstream, a raw client, virtual time, an event stream probe.
 *
 * <p>A proxy of the test's own, an upstream that does as the test says, and a client that sees every byte:
 *
 * <pre>{@code
 * @RegisterExtension
 * final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits("3 per hour"));
 *
 * @Test
 * void clientsSeeWhatTheUpstreamDoes() throws Exception {
 *     ScriptedStream stream = ScriptedStream.sse();
 *     proxy.upstream().on("/predict", Answer.json("{\"label\":\"cat\"}"), Fault.RESET_AFTER_HEAD, stream);
 *     RawClient client = proxy.client();
 *     RawRequest call = RawRequest.post("/api/inference").header("Authorization", "Bearer " + proxy.token("alice")).json("{}");
 *
 *     // first call: an answer            second: a 502             third: the test speaks
 *     assertThat(client.send(call).readResponse().status()).isEqualTo(200);
 *     assertThat(client.send(call).readResponse().status()).isEqualTo(502);
 *
 *     client.send(call).readHead();
 *     stream.send("data: Hello\n\n");
 *     assertThat(client.readEvent().orElseThrow().data()).isEqualTo("Hello");
 *     client.reset();
 *     stream.awaitAborted(Duration.ofSeconds(1));
 * }
 * }</pre>
 *
 * <p>Start with {@link io.inferenceproxy.testkit.ProxyExtension}, which also fails a test that leaves calls, permits or
 * buffers behind; then {@link io.inferenceproxy.testkit.ScriptedUpstream} and what it can reply,
 * {@link io.inferenceproxy.testkit.Reply}; then {@link io.inferenceproxy.testkit.RawClient},
 * {@link io.inferenceproxy.testkit.ManualTime} and {@link io.inferenceproxy.testkit.Sse}. On a field of a test class, JUnit's
 * {@code @AutoClose} suits all that is {@code AutoCloseable} here. The guarantees:
 *
 * <ol>
 *   <li>Nothing sleeps. Waiting is for a condition, has a timeout, and a timeout says what there was instead.
 *   <li>Servers listen on loopback and a free port; closing them closes every connection and ends every thread.
 *   <li>What is written by a script is written verbatim. What is read is read strictly; a breach is kept or thrown.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.testkit;

import org.jspecify.annotations.NullMarked;
