package io.inferenceproxy.pem;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM text.
 *
 * @param label what it says it is, such as {@code CERTIFICATE}
 * @param body what stands between its first and its last line
 */
public record PemBlock(String label, String body) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*(?:-[^-]+)*)-----END ([A-Z0-9 ]{1,40})-----");

    /** All blocks of a text, in order; what stands between them is a comment. */
    public static List<PemBlock> all(String text) {
        List<PemBlock> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            blocks.add(new PemBlock(found.group(1), found.group(2)));
        }
        return blocks;
    }

    /** The bytes that it stands for. */
    public byte[] content() {
        return Base64.getMimeDecoder().decode(body);
    }

    /** Whether it is enciphered as OpenSSL once did, with fields before the content. */
    boolean hasOwnCipher() {
        return body.contains("ENCRYPTED");
    }

    /** Without what may be a key. */
    @Override
    public String toString() {
        return "PemBlock[" + label + "]";
    }
}
