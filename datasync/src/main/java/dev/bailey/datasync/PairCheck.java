package dev.bailey.datasync;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import java.util.ArrayList;
import java.util.List;
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
        } catch (StoreException e) {
            problems.add(new StoreProblem(stores.slice(), Side.MODERN, String.valueOf(e.getMessage())));
        }
        return problems;
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
