package dev.bailey.app.wiring;

import dev.bailey.datasync.job.Progress;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what the data part must remember in the control plane's state.
 *
 * @param prefix of its keys there
 */
record JobMemory(dev.bailey.control.state.Progress state, String prefix) implements Progress {

    static JobMemory ofJobs(dev.bailey.control.state.Progress state) {
        return new JobMemory(state, "data-job/");
    }

    static JobMemory ofFeeds(dev.bailey.control.state.Progress state) {
        return new JobMemory(state, "feed/");
    }

    @Override
    public List<String> ids() {
        return state.startingWith(prefix).keySet().stream()
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    @Override
    public Optional<String> load(String jobId) {
        return state.get(prefix + jobId);
    }

    @Override
    public void save(String jobId, String json) {
        state.put(prefix + jobId, json);
    }
}
