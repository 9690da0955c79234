package dev.bailey.app.wiring;

import dev.bailey.control.api.Narrator;
import dev.bailey.control.api.ToldView;
import dev.bailey.control.audit.AuditTrail;
import dev.bailey.control.orchestrate.ControlQueries;
import dev.bailey.control.state.Transition;
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

    /** Id of the last transition that was told; only the timer's thread uses it once it has started. */
    private volatile long told;

    /** Used by the timer's thread alone. */
    private boolean failing;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("storyteller").daemon().factory());

    Storyteller(ControlQueries queries, Narrator narrator, AuditTrail audit) {
        this.queries = queries;
        this.narrator = narrator;
        this.audit = audit;
    }

    void start() {
        told = queries.lastTransition();
        timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            queries.historySince(told, LOOKED_AT).forEach(this::tell);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.error("transitions after {} could not be told; said once until it works again", told, e);
            }
            failing = true;
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
        told = transition.id();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
