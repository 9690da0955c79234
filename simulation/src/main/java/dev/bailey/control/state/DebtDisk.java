package dev.bailey.control.state;

import dev.bailey.control.state.NodeDebts.OwnDisk;
import dev.bailey.control.state.NodeDebts.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The own disk of a node, which outlives its processes: what they owe and could not tell the store. */
public final class DebtDisk {

    private final List<Waiting> kept = new ArrayList<>();

    /** As a process opens it. */
    public NodeDebts opened(StateDb shared, Supplier<String> ids, LongSupplier nanoTime, BooleanSupplier mayBeReached) {
        return new NodeDebts(
                new OwnDisk() {
                    @Override
                    public void keep(Waiting debt) {
                        kept.add(debt);
                    }

                    @Override
                    public List<Waiting> all() {
                        return List.copyOf(kept);
                    }

                    @Override
                    public void drop(List<Waiting> debts) {
                        kept.removeAll(debts);
                    }

                    @Override
                    public void close() {}
                },
                shared,
                ids,
                nanoTime,
                mayBeReached);
    }

    /** What it holds, as debts that are open. */
    public List<Debts.Debt> debts() {
        return kept.stream()
                .map(debt -> new Debts.Debt(0, debt.slice(), debt.since(), debt.reason(), Optional.empty()))
                .toList();
    }
}
