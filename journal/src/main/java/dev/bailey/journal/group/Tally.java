package dev.bailey.journal.group;

import dev.bailey.journal.group.Figures.Move;
import dev.bailey.journal.group.Figures.Place;
import dev.bailey.model.route.SliceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one transaction changes in the figures: told to them after the commit, forgotten when it fails. */
final class Tally {

    private final List<Move> moves = new ArrayList<>();
    private final Map<SliceName, Integer> undelivered = new HashMap<>();

    void move(Move move) {
        moves.add(move);
        int by = (move.to().isUndelivered() ? 1 : 0) - (move.from().isUndelivered() ? 1 : 0);
        if (by != 0) {
            undelivered.merge(move.slice(), by, Integer::sum);
        }
    }

    int undelivered(SliceName slice) {
        return undelivered.getOrDefault(slice, 0);
    }

    void tell(Figures figures) {
        for (Move move : moves) {
            figures.move(move);
            if (move.from() == Place.NOWHERE) {
                figures.appended(move.slice(), 1);
            }
        }
    }
}
