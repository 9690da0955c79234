package dev.bailey.app.wiring;

import dev.bailey.control.api.Narrator;
import dev.bailey.control.api.ToldView;
import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.orchestrate.ControlQueries;
import dev.bailey.control.state.Transition;
import dev.bailey.model.route.SliceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every transition to whoever watches the console, and enters the watch's own shifts into the audit trail. */
final class Storyteller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Storyteller.class);
    private static final int LOOKED_AT = 20;
    private static final String WATCH = "bailey";

    private final ControlQueries queries;
    private final Narrator narrator;
    private final AuditTrail audit;
    private final List<SliceName> slices;
    private final Map<SliceName, Long> told = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("storyteller").daemon().factory());

    Storyteller(ControlQueries queries, Narrator narrator, AuditTrail audit, List<SliceName> slices) {
        this.queries = queries;
        this.narrator = narrator;
        this.audit = audit;
        this.slices = List.copyOf(slices);
    }

    void start() {
        for (SliceName slice : slices) {
            List<Transition> last = queries.history(slice, 1);
            told.put(slice, last.isEmpty() ? 0 : last.getLast().id());
        }
        timer.scheduleWithFixedDelay(this::look, 300, 300, TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (SliceName slice : slices) {
            try {
                queries.history(slice, LOOKED_AT).stream()
                        .filter(transition -> transition.id() > told.getOrDefault(slice, 0L))
                        .forEach(this::tell);
            } catch (RuntimeException e) {
                LOG.error("transitions of {} could not be told", slice, e);
            }
        }
    }

    private void tell(Transition transition) {
        String standing = transition.to().phase()
                + (transition.to().ramp().hundredths() > 0
                        ? " " + transition.to().ramp()
                        : "");
        String sentence = (transition.committed() ? standing : "aborted, still " + standing) + " by "
                + transition.actor() + ": " + transition.reason();
        boolean forward = transition.to().phase().compareTo(transition.from().phase()) > 0
                || transition.to().ramp().compareTo(transition.from().ramp()) > 0;
        String level = transition.committed() ? (forward ? "good" : "info") : "bad";
        narrator.tell(
                new ToldView(transition.at(), Optional.of(transition.slice().value()), level, sentence));
        if (transition.actor().equals(WATCH)) {
            audit.shift(transition.slice().value(), transition.command(), transition.reason(), sentence);
        }
        told.put(transition.slice(), transition.id());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
