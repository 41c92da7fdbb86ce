package io.inferenceproxy.validate;

import com.networknt.schema.SchemaException;

/**
 * How many characters the patterns of a schema may look at while one body is checked: a pattern that backtracks
 * without end runs out of it, however it is written and on whatever machine.
 *
 * <p>The validator calls patterns without a context, so the budget is the thread's while a check runs on it.
 */
final class StepBudget {

    private static final ThreadLocal<StepBudget> CURRENT = new ThreadLocal<>();

    private long left;

    private StepBudget(long steps) {
        this.left = steps;
    }

    /** Runs the check with so many steps. */
    static void spend(long steps, Runnable check) {
        CURRENT.set(new StepBudget(steps));
        try {
            check.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** Takes so many steps at once. */
    static void take(long steps) {
        StepBudget budget = CURRENT.get();
        if (budget != null) {
            budget.left -= steps;
            if (budget.left < 0) {
                throw new Exhausted();
            }
        }
    }

    /** The text, of which every look counts; outside a check nothing counts. */
    static CharSequence metered(String text) {
        StepBudget budget = CURRENT.get();
        return budget == null ? text : new Metered(text, budget);
    }

    /** The budget is used up. Of the validator's own kind, since it logs any other as an error of the program. */
    static final class Exhausted extends SchemaException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("too many steps");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A text that counts how often it is looked at. */
    private record Metered(String text, StepBudget budget) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (--budget.left < 0) {
                throw new Exhausted();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
