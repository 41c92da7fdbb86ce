package io.inferenceproxy.validate;

/**
 * One place where content does not follow a schema.
 *
 * @param pointer where, as a JSON Pointer in a URI fragment, such as {@code #/age} (RFC 6901 section 6)
 * @param detail what must be there, in the schema's words, never the content's
 */
record SchemaError(String pointer, String detail) {}
