package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.SliceSpec;
import org.junit.jupiter.api.Test;

class CompositeKeyFileTest {

    @Test
    void everyPartIsReadInItsPlace() {
        SliceSpec slice = MigrationFileTest.valid(MigrationFileTest.read("full.yaml"))
                .slices()
                .get(3);
        DataSpec data = slice.data().orElseThrow();
        KeyNames columns = KeyNames.of("tenant", "parcel");

        assertThat(data.key()).isEqualTo(KeyNames.of("tenant", "number"));
        assertThat(slice.routes())
                .extracting(route -> route.entity().toString())
                .containsExactly(
                        "path:tenant, path:number", "path:tenant, path:number", "response:/tenant, response:/number");
        WriteTable write = ((SqlStore) data.legacy()).write().orElseThrow();
        assertThat(write.parts().values()).extracting(PartTable::key).containsExactly(columns);
        assertThat(write.children().values()).extracting(ChildTable::parent).containsExactly(columns);
        assertThat(((HttpStore) data.modern()).get()).isEqualTo("GET /tenants/{tenant}/parcels/{number}");
        assertThat(slice.feeds())
                .extracting(feed -> ((Outbox) feed.source()).key())
                .containsExactly(columns);
    }
}
