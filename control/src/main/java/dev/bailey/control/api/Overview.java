package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/** What the API answers about the migration itself. Calls may block for a moment. Thread-safe. */
public interface Overview {

    StatusView status();

    /** Empty when there is no such slice; so below. */
    Optional<GatesView> gates(String slice);

    /** Newest first. */
    Optional<List<TransitionView>> history(String slice);

    List<JobView> jobs();

    Optional<JobView> job(String id);

    List<DivergenceView> divergences(Optional<String> slice);

    List<FlagView> flags();

    BurndownView burndown();

    CertificateView certificate();
}
