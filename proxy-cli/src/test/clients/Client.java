import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls the proxy with Java's own HttpClient: {@code java Client.java URL USER PASSWORD}. */
final class Client {

    private static final String HELLO = "{\"text\":\"hello\"}";

    public static void main(String[] arguments) throws Exception {
        run(URI.create(arguments[0]), arguments[1], arguments[2]);
    }

    // region readme
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpRequest.Builder request(URI proxy, String path, String json) {
        return HttpRequest.newBuilder(proxy.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
    }

    private static String token(URI proxy, String user, String password) throws IOException, InterruptedException {
        String json = "{\"username\":\"" + user + "\",\"password\":\"" + password + "\"}";
        return value("accessToken", HTTP.send(request(proxy, "/api/login", json).build(), BodyHandlers.ofString()));
    }

    private static <T> HttpResponse<T> call(URI proxy, String token, String path, String json, BodyHandler<T> as)
            throws IOException, InterruptedException {
        return HTTP.send(request(proxy, path, json).header("Authorization", "Bearer " + token).build(), as);
    }
    // endregion

    private static String value(String name, HttpResponse<String> answer) {
        Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(answer.body());
        return member.find() ? member.group(1) : "no " + name;
    }

    private static void run(URI proxy, String user, String password) throws IOException, InterruptedException {
        String token = token(proxy, user, password);

        HttpResponse<String> answer = call(proxy, token, "/api/inference", HELLO, BodyHandlers.ofString());
        String remaining = answer.headers().firstValue("X-RateLimit-Remaining").orElse("nothing");
        System.out.println("call " + answer.statusCode() + " " + value("label", answer) + " remaining " + remaining);

        HttpResponse<String> refused = call(proxy, token, "/api/inference", "{\"text\":5}", BodyHandlers.ofString());
        System.out.println(
                "refused " + refused.statusCode() + " " + value("code", refused) + " " + value("pointer", refused));

        String content = "x".repeat(1 << 20);
        HttpResponse<String> upload = call(proxy, token, "/api/files", content, BodyHandlers.ofString());
        System.out.println("upload " + upload.statusCode() + " " + (upload.body().equals(content) ? "True" : "False"));

        call(proxy, token, "/api/stream", HELLO, BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> System.out.println("event " + line.substring(6)));

        HttpResponse<String> last = answer;
        while (last.statusCode() == 200) {
            last = call(proxy, token, "/api/inference", HELLO, BodyHandlers.ofString());
        }
        boolean wait = last.headers().firstValueAsLong("Retry-After").orElse(0) > 0;
        System.out.println(
                "limited " + last.statusCode() + " " + value("code", last) + " " + (wait ? "True" : "False"));
    }
}
