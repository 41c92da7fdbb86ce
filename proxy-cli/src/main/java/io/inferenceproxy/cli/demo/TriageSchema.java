package io.inferenceproxy.cli.demo;

/** The JSON Schema (2020-12) of a request to {@link TriageServer}, for the proxy that stands in front of it. */
public final class TriageSchema {
    /** The name of the resource beside this class. */
    public static final String RESOURCE = "triage.schema.json";

    /** A request that the schema allows, as JSON on one line, without a character that a shell would take amiss in ''. */
    public static final String EXAMPLE = "{\"symptoms\":[\"fever\",\"cough\",\"muscle-aches\"],\"age\":34,\"top\":3}";

    private TriageSchema() {}

    /** The schema as JSON text: one query object, or an array of them, the symptoms limited to those of the model. */
    public static String text() {
        return Resources.text(RESOURCE);
    }
}
