package dev.bailey.datasync;

import dev.bailey.datasync.store.FieldKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks at each side's store, and then at what only shows when both are seen: kinds of keys, and fields one side lacks. */
final class PairCheck {

    private PairCheck() {}

    static List<StoreProblem> run(StorePair stores) {
        List<StoreProblem> problems = new ArrayList<>(stores.legacy().check());
        problems.addAll(stores.modern().check());
        if (!problems.isEmpty()) {
            return problems;
        }
        try {
            stores.keyKind();
            List<String> legacy = stores.legacy().fields();
            List<String> modern = stores.modern().fields();
            if (!legacy.isEmpty() && !modern.isEmpty()) {
                lacking(stores, Side.MODERN, legacy, modern, problems);
                lacking(stores, Side.LEGACY, modern, legacy, problems);
            }
            retyped(stores, problems);
        } catch (StoreException e) {
            problems.add(StoreProblem.of(stores.slice(), Side.MODERN, e));
        }
        return problems;
    }

    private static void retyped(StorePair stores, List<StoreProblem> problems) throws StoreException {
        Map<String, FieldKind> modern = stores.modern().kinds();
        stores.legacy().kinds().forEach((field, expected) -> {
            FieldKind found = modern.getOrDefault(field, FieldKind.ANY);
            if (!found.agrees(expected)) {
                problems.add(new StoreProblem(
                        stores.slice(),
                        Side.MODERN,
                        "field " + field + " is read as a " + found.label() + " (expected a " + expected.label()
                                + " as at legacy); cast it in one side's `read`"));
            }
        });
    }

    private static void lacking(
            StorePair stores, Side side, List<String> expected, List<String> there, List<StoreProblem> problems) {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(new TreeSet<>(there));
        if (!missing.isEmpty()) {
            problems.add(new StoreProblem(
                    stores.slice(),
                    side,
                    "its document has no " + String.join(", ", missing) + " as "
                            + side.other().label() + "'s has; both sides must be read as the same document"));
        }
    }
}
