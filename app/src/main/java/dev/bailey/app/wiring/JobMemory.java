package dev.bailey.app.wiring;

import dev.bailey.datasync.job.Progress;
import java.util.List;
import java.util.Optional;

/** Keeps the data part's jobs in the control plane's state. */
record JobMemory(dev.bailey.control.state.Progress state) implements Progress {

    private static final String PREFIX = "data-job/";

    @Override
    public List<String> ids() {
        return state.startingWith(PREFIX).keySet().stream()
                .map(key -> key.substring(PREFIX.length()))
                .toList();
    }

    @Override
    public Optional<String> load(String jobId) {
        return state.get(PREFIX + jobId);
    }

    @Override
    public void save(String jobId, String json) {
        state.put(PREFIX + jobId, json);
    }
}
