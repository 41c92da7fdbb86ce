package io.inferenceproxy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class SchemaComponentTest {

    private static ObjectNode embedded(String schema) {
        ObjectNode components = JsonNodeFactory.instance.objectNode();
        SchemaComponent.embed(Apis.json(schema), "in", components);
        return components;
    }

    @Test
    void definitionsBecomeComponentsAndReferencesLeadThere() {
        JsonNode components = embedded("""
                {'$schema': 'https://json-schema.org/draft/2020-12/schema', '$id': 'https://x.example/in.json',
                 'properties': {'a': {'$ref': '#/$defs/a%20b'}, 'b': {'$ref': 'in.json#/$defs/a%20b'},
                                'c': {'$ref': '#/definitions/c/items'}},
                 '$defs': {'a b': {'type': 'string'}},
                 'definitions': {'c': {'items': {'$ref': '#'}}}}""");

        assertThat(components).isEqualTo(Apis.json("""
                                {'in': {'properties': {'a': {'$ref': '#/components/schemas/in.a_b'},
                                                       'b': {'$ref': '#/components/schemas/in.a_b'},
                                                       'c': {'$ref': '#/components/schemas/in.c/items'}}},
                                 'in.a_b': {'type': 'string'},
                                 'in.c': {'items': {'$ref': '#/components/schemas/in'}}}"""));
    }

    @Test
    void anchorsAndResourcesOfTheirOwnAreResolved() {
        JsonNode components = embedded("""
                {'$id': 'https://x.example/root',
                 'properties': {'byAnchor': {'$ref': '#here'}, 'byId': {'$ref': 'other'},
                                'byIdAndPointer': {'$ref': 'other#/properties/x'}},
                 '$defs': {'one': {'$anchor': 'here', 'type': 'integer'},
                           'two': {'$id': 'other', 'properties': {'x': {'$ref': '#/$defs/deep'}},
                                   '$defs': {'deep': {'type': 'null'}}}}}""");

        assertThat(components).isEqualTo(Apis.json("""
                                {'in': {'properties': {'byAnchor': {'$ref': '#/components/schemas/in.one'},
                                                       'byId': {'$ref': '#/components/schemas/in.two'},
                                                       'byIdAndPointer': {'$ref': '#/components/schemas/in.two/properties/x'}}},
                                 'in.one': {'type': 'integer'},
                                 'in.two': {'properties': {'x': {'$ref': '#/components/schemas/in.two.deep'}}},
                                 'in.two.deep': {'type': 'null'}}"""));
    }

    @Test
    void whatOnlyLooksLikeAReferenceIsLeftAlone() {
        String schema = """
                {'properties': {'$ref': {'type': 'string'}, '$id': {'const': {'$ref': '#/$defs/x', '$id': 'kept'}}},
                 'enum': [{'$ref': '#'}], 'default': {'$anchor': 'kept'}}""";

        assertThat(embedded(schema).get("in")).isEqualTo(Apis.json(schema));
    }

    @Test
    void everyPlaceOfASchemaIsVisited() {
        String schema = """
                {'allOf': [{'$ref': '#'}], 'anyOf': [{'not': {'$ref': '#'}}], 'oneOf': [{'if': {'$ref': '#'}}],
                 'prefixItems': [{'then': {'$ref': '#'}}], 'else': {'contains': {'$ref': '#'}},
                 'additionalProperties': {'propertyNames': {'$ref': '#'}}, 'patternProperties': {'^a': {'$ref': '#'}},
                 'dependentSchemas': {'a/b~c': {'$ref': '#'}}, 'items': {'unevaluatedItems': {'$ref': '#'}},
                 'unevaluatedProperties': {'contentSchema': {'$ref': '#'}}}""";

        assertThat(embedded(schema).get("in")).isEqualTo(Apis.json(schema.replace("'#'", "'#/components/schemas/in'")));
    }

    @Test
    void definitionsOfOneNameStayApart() {
        JsonNode components = embedded("""
                {'properties': {'a': {'$defs': {'x': {'type': 'string'}}, '$ref': '#/properties/a/$defs/x'}},
                 '$defs': {'x': {'type': 'integer'}}, 'items': {'$ref': '#/$defs/x'}}""");

        assertThat(components).isEqualTo(Apis.json("""
                                {'in': {'properties': {'a': {'$ref': '#/components/schemas/in.x'}},
                                        'items': {'$ref': '#/components/schemas/in.x-2'}},
                                 'in.x': {'type': 'string'}, 'in.x-2': {'type': 'integer'}}"""));
    }

    @Test
    void aReferenceToAPlaceWithOddCharactersIsAValidFragment() {
        JsonNode components =
                embedded("{'properties': {'ä b/c': {'type': 'string'}, 'd': {'$ref': '#/properties/%C3%A4%20b~1c'}}}");

        assertThat(components.at("/in/properties/d/$ref").asString())
                .isEqualTo("#/components/schemas/in/properties/%C3%A4%20b~1c");
    }
}
