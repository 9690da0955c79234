package dev.bailey.datasync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobRecordTest {

    @Test
    void aJobKilledBeforeItsFirstCheckpointHasNoPositionWhenItIsReadAgain() {
        JobRecord begun = new JobRecord(
                "backfill-1",
                JobKind.BACKFILL,
                new SliceName("orders"),
                JobState.RUNNING,
                false,
                0,
                0,
                0,
                Optional.empty(),
                "starting",
                Instant.EPOCH,
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        JsonMapper json = JsonMapper.builder().build();
        assertThat(json.readValue(json.writeValueAsString(begun), JobRecord.class))
                .isEqualTo(begun);
    }
}
