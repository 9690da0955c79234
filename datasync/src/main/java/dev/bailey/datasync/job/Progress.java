package dev.bailey.datasync.job;

import java.util.List;
import java.util.Optional;

/** Where jobs keep what they must not forget. Thread-safe; blocks. */
public interface Progress {

    /** Every job that was ever saved, in no order. */
    List<String> ids();

    Optional<String> load(String jobId);

    /** Durable when it returns; replaces what was saved under the id. Throws when it cannot: the job then fails. */
    void save(String jobId, String json);
}
