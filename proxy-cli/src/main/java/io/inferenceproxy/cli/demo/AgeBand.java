package io.inferenceproxy.cli.demo;

/** A span of ages that the model treats alike, since a few hundred cases are too few for single years. */
enum AgeBand {
    INFANT(0, 4),
    CHILD(5, 17),
    YOUNG_ADULT(18, 39),
    MIDDLE_AGED(40, 64),
    SENIOR(65, TriageQuery.MAX_AGE);

    private final int first;
    private final int last;

    AgeBand(int first, int last) {
        this.first = first;
        this.last = last;
    }

    /** The lowest age of the band, in years. */
    int first() {
        return first;
    }

    /** The highest age of the band, in years, itself included. */
    int last() {
        return last;
    }

    /**
     * The band of an age.
     *
     * @param age in years, 0 to {@value TriageQuery#MAX_AGE}
     * @throws IllegalArgumentException when the age is out of range
     */
    static AgeBand of(int age) {
        for (AgeBand band : values()) {
            if (age >= band.first && age <= band.last) {
                return band;
            }
        }
        throw new IllegalArgumentException("age: " + age + " (expected: 0 to " + TriageQuery.MAX_AGE + ")");
    }
}
