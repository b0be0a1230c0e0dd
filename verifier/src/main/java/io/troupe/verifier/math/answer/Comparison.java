package io.troupe.verifier.math.answer;

/** How two sides of a relation are compared. */
public enum Comparison {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    APPROXIMATELY("~"),
    CONGRUENT("=="),
    ELEMENT_OF("in"),
    NOT_ELEMENT_OF("notin"),
    SUBSET("subset"),
    SIMILAR("sim"),
    DIVIDES("divides"),
    MAPS_TO("->");

    private final String sign;

    Comparison(String sign) {
        this.sign = sign;
    }

    /** A short sign for it. */
    public String sign() {
        return sign;
    }

    /** Whether it orders numbers. */
    boolean isOrder() {
        return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
    }

    boolean isStrict() {
        return this == LESS || this == GREATER;
    }

    boolean isLess() {
        return this == LESS || this == LESS_OR_EQUAL;
    }

    /** The same statement read from right to left. */
    Comparison mirrored() {
        return switch (this) {
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
            default -> this;
        };
    }

    /** Whether the sides may be exchanged. */
    boolean isSymmetric() {
        return this == EQUAL || this == NOT_EQUAL || this == APPROXIMATELY || this == CONGRUENT || this == SIMILAR;
    }
}
