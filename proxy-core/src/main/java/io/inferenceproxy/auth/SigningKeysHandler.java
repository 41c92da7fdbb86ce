package io.inferenceproxy.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Publishes the public halves of the keys of our own tokens as a set (RFC 7517 section 5), so that others can verify them. */
public final class SigningKeysHandler implements ProxyHandler {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS =
            Headers.of("Content-Type", "application/jwk-set+json", "Cache-Control", "public, max-age=300");

    private final SigningKeys keys;
    private volatile Published published;

    public SigningKeysHandler(SigningKeys keys) {
        this.keys = keys;
        this.published = Published.of(keys.present());
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        List<SigningKey> present = keys.present();
        Published now = published;
        if (!now.isOf(present)) {
            now = Published.of(present);
            published = now;
        }
        return CompletableFuture.completedFuture(ProxyResponse.of(200, FIELDS, Body.of(now.json)));
    }

    /** What is answered as long as the keys are these. */
    private static final class Published {
        private final List<SigningKey> keys;
        private final byte[] json;

        private Published(List<SigningKey> keys, byte[] json) {
            this.keys = keys;
            this.json = json;
        }

        static Published of(List<SigningKey> keys) {
            Map<String, ObjectNode> byId = new LinkedHashMap<>();
            for (SigningKey key : keys) {
                key.publicKey().ifPresent(half -> {
                    ObjectNode before = byId.get(key.id());
                    if (before == null) {
                        byId.put(
                                key.id(),
                                jwk(half)
                                        .put("use", "sig")
                                        .put("alg", key.algorithm().toString())
                                        .put("kid", key.id()));
                    } else {
                        before.remove("alg"); // one key of several algorithms names none
                    }
                });
            }
            ObjectNode set = JsonNodeFactory.instance.objectNode();
            ArrayNode members = set.putArray("keys");
            byId.values().forEach(members::add);
            return new Published(keys, JSON.writeValueAsBytes(set));
        }

        boolean isOf(List<SigningKey> present) {
            return keys.equals(present);
        }

        private static ObjectNode jwk(PublicKey half) {
            Map<String, Object> members;
            if (half instanceof RSAPublicKey rsa) {
                members = new RSAKey.Builder(rsa).build().toJSONObject();
            } else if (half instanceof ECPublicKey ec) {
                members = new ECKey.Builder(new Curve(EllipticCurves.nameOf(ec)), ec)
                        .build()
                        .toJSONObject();
            } else {
                members = new OctetKeyPair.Builder(Curve.Ed25519, PublicKeyKind.pointOf((EdECPublicKey) half))
                        .build()
                        .toJSONObject();
            }
            ObjectNode jwk = JsonNodeFactory.instance.objectNode();
            members.forEach((name, value) -> jwk.put(name, value.toString()));
            return jwk;
        }
    }
}
