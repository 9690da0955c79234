package dev.bailey.model.spec;

import java.util.Optional;

/** Says what is wrong with the syntax of a JSONata expression; empty when nothing is. */
@FunctionalInterface
public interface ExpressionCheck {

    /** Believes every expression. */
    ExpressionCheck NONE = _ -> Optional.empty();

    Optional<String> fault(String expression);
}
