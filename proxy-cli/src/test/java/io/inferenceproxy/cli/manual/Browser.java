package io.inferenceproxy.cli.manual;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of Chromium without a window, driven over the DevTools protocol, which needs no library. It remembers every request
 * of the page and all that its console complains about, violations of the content security policy among it.
 */
final class Browser implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LISTENING = "DevTools listening on ";

    private final Process process;
    private final Connection page;

    private Browser(Process process, Connection page) {
        this.process = process;
        this.page = page;
    }

    /** Starts one with an empty profile; which program is said by the property {@code chromium}. */
    static Browser start(Path profile) throws IOException {
        return start(profile, List.of());
    }

    /** Starts one that trusts the certificate in that file too, and no other that it would not trust by itself. */
    static Browser startTrusting(Path certificate, Path profile) throws IOException, GeneralSecurityException {
        byte[] key;
        try (InputStream pem = Files.newInputStream(certificate)) {
            key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(pem)
                    .getPublicKey()
                    .getEncoded();
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        String pin = Base64.getEncoder().encodeToString(digest);
        return start(profile, List.of("--ignore-certificate-errors-spki-list=" + pin));
    }

    private static Browser start(Path profile, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("chromium", "chromium"),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1400",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0"));
        command.addAll(more);
        command.add("about:blank");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader says = process.inputReader();
        String line = says.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = says.readLine();
        }
        if (line == null) {
            throw new IOException("chromium ended at once");
        }
        Thread drain = new Thread(() -> says.lines().forEach(ignored -> {}), "chromium-output");
        drain.setDaemon(true);
        drain.start();
        Connection browser = Connection.open(URI.create(line.substring(LISTENING.length())), "");
        String target = browser.send("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .stringValue();
        String session = browser.send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .stringValue();
        Connection page = browser.of(session);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            page.send(domain + ".enable", Map.of());
        }
        return new Browser(process, page);
    }

    void open(URI uri) {
        page.send("Page.navigate", Map.of("url", uri.toString()));
    }

    /** The value of an expression, as text. */
    String value(String script) {
        JsonNode answer = page.send("Runtime.evaluate", Map.of("expression", "String(" + script + ")"));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(script + ": " + answer);
        }
        return answer.get("result").get("value").stringValue();
    }

    /** Waits until there is such an element, and this text in it. */
    void awaitText(String selector, String text) {
        await("'" + text + "' in " + selector)
                .atMost(PATIENCE)
                .until(() -> value("[...document.querySelectorAll(" + quoted(selector) + ")]"
                                + ".some(found => found.textContent.includes(" + quoted(text) + "))")
                        .equals("true"));
    }

    /** Waits for the element and clicks it. */
    void click(String selector) {
        awaitText(selector, "");
        value("document.querySelector(" + quoted(selector) + ").click()");
    }

    /** Replaces what is in an input by typing. */
    void type(String selector, String text) {
        awaitText(selector, "");
        value("(found => { found.focus(); found.select(); })(document.querySelector(" + quoted(selector) + "))");
        page.send("Input.insertText", Map.of("text", text));
    }

    /** Keeps a picture of what is seen from this element on. */
    void picture(String selector, Path file) throws IOException {
        value("document.querySelector(" + quoted(selector) + ").scrollIntoView()");
        JsonNode shot = page.send("Page.captureScreenshot", Map.of());
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").stringValue()));
    }

    /** The addresses that the page asked for. */
    List<String> requests() {
        return page.listener().requests;
    }

    /** What the console complained about. */
    List<String> complaints() {
        return page.listener().complaints;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private record Connection(WebSocket socket, Listener listener, String session) {

        static Connection open(URI uri, String session) {
            Listener listener = new Listener();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(uri, listener)
                    .join();
            return new Connection(socket, listener, session);
        }

        Connection of(String other) {
            return new Connection(socket, listener, other);
        }

        JsonNode send(String method, Map<String, Object> parameters) {
            int id = listener.ids.incrementAndGet();
            CompletableFuture<JsonNode> answer = new CompletableFuture<>();
            listener.waiting.put(id, answer);
            ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
            message.set("params", JSON.valueToTree(parameters));
            if (!session.isEmpty()) {
                message.put("sessionId", session);
            }
            socket.sendText(message.toString(), true).join();
            return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private static final class Listener implements WebSocket.Listener {

        private final AtomicInteger ids = new AtomicInteger();
        private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private final List<String> complaints = new CopyOnWriteArrayList<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode message = JSON.readTree(text.toString());
                text.setLength(0);
                read(message);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void read(JsonNode message) {
            if (message.has("id")) {
                CompletableFuture<JsonNode> answer =
                        Objects.requireNonNull(waiting.remove(message.get("id").intValue()));
                if (message.has("error")) {
                    answer.completeExceptionally(new UncheckedIOException(new IOException(message.toString())));
                } else {
                    answer.complete(message.get("result"));
                }
                return;
            }
            JsonNode parameters = message.path("params");
            switch (message.path("method").stringValue("")) {
                case "Network.requestWillBeSent" ->
                    requests.add(parameters.get("request").get("url").stringValue());
                case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
                case "Runtime.consoleAPICalled" -> {
                    if (List.of("error", "warning")
                            .contains(parameters.get("type").stringValue())) {
                        complaints.add(parameters.get("args").toString());
                    }
                }
                case "Log.entryAdded" -> {
                    if (!parameters.get("entry").get("level").stringValue().equals("verbose")) {
                        complaints.add(parameters.get("entry").toString());
                    }
                }
                default -> {}
            }
        }
    }
}
