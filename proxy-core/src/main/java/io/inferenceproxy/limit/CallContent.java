package io.inferenceproxy.limit;

/** What policies may want to know of a call's content. */
public interface CallContent {

    /** The content of a call of which nothing is known yet. */
    CallContent UNKNOWN = new CallContent() {
        @Override
        public String text(String pointer) {
            return "";
        }

        @Override
        public long items(String pointer) {
            return 0;
        }
    };

    /** The text at a JSON pointer; empty where there is none. */
    String text(String pointer);

    /** How many items the array at a JSON pointer has; 0 where there is none. */
    long items(String pointer);
}
