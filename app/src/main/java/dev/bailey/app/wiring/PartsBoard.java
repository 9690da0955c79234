package dev.bailey.app.wiring;

import dev.bailey.control.state.BackfillParts;
import dev.bailey.control.state.StateException;
import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Parts of backfills in the shared store, as the data part lays them out and copies them.
 *
 * @param leading changes nothing once another leads
 * @param living changes nothing once this node is expelled, or its time is over
 * @param owner the origin of this life
 * @param beside how many other nodes are alive
 */
record PartsBoard(BackfillParts leading, BackfillParts living, String owner, Supplier<Integer> beside)
        implements Board {

    private static BackfillParts.Part kept(Part part, long claim) {
        return new BackfillParts.Part(
                part.slice(), part.job(), part.shape(), part.term(), part.after(), part.upTo(), claim);
    }

    private static Part part(BackfillParts.Part kept) {
        return new Part(kept.slice(), kept.job(), kept.shape(), kept.term(), kept.after(), kept.upTo());
    }

    private static Standing standing(BackfillParts.Standing kept) {
        State state = switch (kept.state()) {
            case OFFERED -> State.OFFERED;
            case HELD -> State.HELD;
            case COPIED -> State.COPIED;
            case LEFT -> State.LEFT;
        };
        return new Standing(part(kept.part()), state, kept.owner(), kept.written());
    }

    private static <T> T asked(Supplier<T> question) throws StoreException {
        try {
            return question.get();
        } catch (StateException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public int others() throws StoreException {
        return asked(beside);
    }

    @Override
    public void offer(Part part, Duration lapse) throws StoreException {
        asked(() -> {
            leading.offer(kept(part, 0), lapse);
            return part;
        });
    }

    @Override
    public List<Standing> look(SliceName slice, Duration lapse) throws StoreException {
        return asked(() ->
                leading.look(slice, lapse).stream().map(PartsBoard::standing).toList());
    }

    @Override
    public Optional<Standing> take(Part part) throws StoreException {
        return asked(() -> leading.take(kept(part, 0)).map(PartsBoard::standing));
    }

    @Override
    public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) throws StoreException {
        return asked(() -> living.claim(shapes, owner, term).map(kept -> new Taken(part(kept), kept.claim())));
    }

    @Override
    public boolean holds(Taken taken, Duration term) throws StoreException {
        return asked(() -> living.holds(kept(taken.part(), taken.claim()), term));
    }

    @Override
    public void copied(Taken taken, long written) throws StoreException {
        asked(() -> living.over(kept(taken.part(), taken.claim()), true, written));
    }

    @Override
    public void left(Taken taken) throws StoreException {
        asked(() -> living.over(kept(taken.part(), taken.claim()), false, 0));
    }
}
