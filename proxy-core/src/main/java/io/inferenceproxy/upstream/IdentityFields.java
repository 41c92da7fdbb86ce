package io.inferenceproxy.upstream;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Writes the fields that tell an upstream who calls. */
final class IdentityFields {

    private final IdentityOptions options;
    private final String tokenScheme;

    IdentityFields(IdentityOptions options) {
        this.options = options;
        this.tokenScheme = options.token().header().equalsIgnoreCase("Authorization") ? "Bearer " : "";
    }

    void write(ProxyCall call, BiConsumer<String, String> to) {
        if (!(call.caller() instanceof Caller.Identified caller)) {
            return;
        }
        if (!options.subject().isEmpty()) {
            to.accept(options.subject(), FieldRules.percentEncoded(caller.subject()));
        }
        if (caller.external() && !options.issuer().isEmpty()) {
            to.accept(options.issuer(), FieldRules.percentEncoded(caller.issuer()));
        }
        if (!options.roles().isEmpty() && !caller.roles().isEmpty()) {
            to.accept(options.roles(), joined(new TreeSet<>(caller.roles())));
        }
        if (!options.scopes().isEmpty() && !caller.scopes().isEmpty()) {
            to.accept(options.scopes(), joined(new TreeSet<>(caller.scopes())).replace(',', ' '));
        }
        if (!options.claims().isEmpty()) {
            claims(caller, to);
        }
        String token = call.identityToken();
        if (!token.isEmpty()) {
            to.accept(options.token().header(), tokenScheme.concat(token));
        }
    }

    private void claims(Caller.Identified caller, BiConsumer<String, String> to) {
        for (Map.Entry<String, String> claim : options.claims().entrySet()) {
            List<String> values = caller.claims().all(claim.getValue());
            if (!values.isEmpty()) {
                to.accept(claim.getKey(), joined(values));
            }
        }
    }

    /** With commas between, and none within. */
    private static String joined(Collection<String> texts) {
        StringBuilder joined = new StringBuilder();
        for (String text : texts) {
            joined.append(joined.length() == 0 ? "" : ",")
                    .append(FieldRules.percentEncoded(text).replace(",", "%2C"));
        }
        return joined.toString();
    }
}
