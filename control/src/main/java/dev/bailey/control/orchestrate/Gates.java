package dev.bailey.control.orchestrate;

import dev.bailey.control.state.GateLog;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every gate of the phase table. A measurement that cannot be had is an error, never a pass. Thread-safe. */
final class Gates {

    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

    private final TrafficGates traffic;
    private final DataGates data;
    private final StepGates step;
    private final GateLog log;

    Gates(TrafficGates traffic, DataGates data, StepGates step, GateLog log) {
        this.traffic = traffic;
        this.data = data;
        this.step = step;
        this.log = log;
    }

    /** The gates that guard the entry to a phase, in the table's order, kept in the history. */
    List<GateReading> entering(Phase phase, Question question) {
        List<GateReading> readings = read(PhaseTable.entryGates(question.slice().kind(), phase), question);
        log.keep(question.slice().name(), phase, readings);
        return readings;
    }

    List<GateReading> read(List<GateName> gates, Question question) {
        List<GateReading> readings = new ArrayList<>(gates.size());
        for (GateName gate : gates) {
            readings.add(read(gate, question));
        }
        return List.copyOf(readings);
    }

    GateReading read(GateName gate, Question question) {
        try {
            return measure(gate, question);
        } catch (RuntimeException e) {
            LOG.warn(
                    "gate {} of {} could not be measured",
                    gate.label(),
                    question.slice().name(),
                    e);
            return question.ask(gate, gate.meaning(), "")
                    .error("it could not be measured: " + e.getMessage() + "; mend that first");
        }
    }

    private GateReading measure(GateName gate, Question question) {
        return switch (gate) {
            case MODERN_HEALTHY -> step.modernHealthy(question);
            case WRITES_IDEMPOTENT -> step.writesIdempotent(question);
            case CONTRACTS_COMPATIBLE -> step.contractsCompatible(question);
            case JOURNAL_LAG -> data.journalLag(question);
            case NOTHING_PARKED -> data.nothingParked(question);
            case BACKFILL_COMPLETE -> data.backfillComplete(question);
            case RECONCILED -> data.reconciled(question);
            case DIVERGENCE -> data.divergence(question);
            case DIFFERENCES -> traffic.differences(question);
            case COVERAGE -> traffic.coverage(question);
            case LATENCY -> traffic.latency(question);
            case ERRORS -> traffic.errors(question);
            case READS_MODERN -> step.readsModern(question);
            case BACKLOG_EMPTY -> data.backlogEmpty(question);
            case REHEARSED -> data.rehearsed(question);
            case WRITES_MODERN -> step.writesModern(question);
            case REVERSE_REPLICATION -> data.reverseReplication(question);
            case LEGACY_QUIET -> traffic.legacyQuiet(question);
            case APPROVED -> step.approved(question);
            case BAKED -> step.baked(question);
            case FLAGS_OWNED -> step.flagsOwned(question);
            case BURNDOWN -> step.burndown(question);
        };
    }
}
