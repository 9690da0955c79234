package dev.bailey.app.file;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import dev.bailey.model.spec.ExpressionCheck;
import java.util.Optional;

/** Looks at the syntax of JSONata expressions by parsing them. Length and nesting are bounded. */
final class JsonataSyntax implements ExpressionCheck {

    static final int LONGEST = 64 * 1024;
    static final int DEEPEST = 200;

    @Override
    public Optional<String> fault(String expression) {
        if (expression.length() > LONGEST) {
            return Optional.of("longer than 64 KiB");
        }
        if (depth(expression) > DEEPEST) {
            return Optional.of("nested deeper than " + DEEPEST + " levels");
        }
        try {
            Jsonata.jsonata(expression);
            return Optional.empty();
        } catch (JException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()) + " (at character " + wrong.getLocation() + ")");
        } catch (RuntimeException | StackOverflowError beyond) {
            return Optional.of("it cannot be parsed (" + beyond.getClass().getSimpleName() + ")");
        }
    }

    private static int depth(String expression) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < expression.length(); i++) {
            switch (expression.charAt(i)) {
                case '(', '[', '{' -> deepest = Math.max(deepest, ++depth);
                case ')', ']', '}' -> depth = Math.max(0, depth - 1);
                default -> {}
            }
        }
        return deepest;
    }
}
