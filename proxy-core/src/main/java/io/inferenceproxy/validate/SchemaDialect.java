package io.inferenceproxy.validate;

import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;

/** JSON Schema 2020-12 whose every keyword costs what the size of the content allows. */
final class SchemaDialect {

    static final Dialect BOUNDED = Dialect.builder(Dialects.getDraft202012())
            .keyword(new UniqueItems())
            .formats(formats -> formats.replaceAll((name, format) -> new BoundedFormat(format)))
            .build();

    private SchemaDialect() {}
}
