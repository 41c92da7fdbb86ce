package io.inferenceproxy.limit;

/** What one call was charged. Safe for many threads; what was given back or settled stays so. */
public interface Charge {

    /** Nothing was charged. */
    Charge NONE = new Charge() {
        @Override
        public void giveBack() {
            // there is nothing
        }

        @Override
        public boolean giveBack(GiveBack reason) {
            return false;
        }

        @Override
        public void settle(LimitCost cost, long actual) {
            // there is nothing
        }

        @Override
        public void settleAtLeast(LimitCost cost, long least) {
            // there is nothing
        }

        @Override
        public void end() {
            // there is nothing
        }
    };

    /** Both charges as one. */
    static Charge both(Charge one, Charge other) {
        return new Charge() {
            @Override
            public void giveBack() {
                one.giveBack();
                other.giveBack();
            }

            @Override
            public boolean giveBack(GiveBack reason) {
                boolean any = one.giveBack(reason);
                return other.giveBack(reason) || any;
            }

            @Override
            public void settle(LimitCost cost, long actual) {
                one.settle(cost, actual);
                other.settle(cost, actual);
            }

            @Override
            public void settleAtLeast(LimitCost cost, long least) {
                one.settleAtLeast(cost, least);
                other.settleAtLeast(cost, least);
            }

            @Override
            public void end() {
                one.end();
                other.end();
            }
        };
    }

    /**
     * Takes all of the charge back, as if the call had not been made; a second time does nothing. A window that counts it no
     * longer gets nothing: it never admits more than its quota.
     */
    void giveBack();

    /** Takes back what was charged under policies that give back for that reason; false where none does. */
    boolean giveBack(GiveBack reason);

    /**
     * Puts what the call did cost in the place of what was reserved for it, under the policies of that cost, once, when the call
     * has ended. What it cost more is charged even where no window admits it; of what was given back nothing is.
     */
    void settle(LimitCost cost, long actual);

    /** The same where it is only known that the call did cost so much or more: nothing is given back. */
    void settleAtLeast(LimitCost cost, long least);

    /** The call has ended: what is held for calls under way is given back. */
    void end();
}
