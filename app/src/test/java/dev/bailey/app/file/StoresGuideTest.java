package dev.bailey.app.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StoresGuideTest {

    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(data:.*?)```");

    private static final String AROUND = """
            bailey: 1
            migration: orders
            owner: team-orders
            finishBy: 2027-03-31
            legacy: { url: http://127.0.0.1:8081 }
            modern: { url: http://127.0.0.1:8082 }
            slices:
              orders:
                entity: path:id
                routes:
                  - GET /api/orders/{id}
                  - PUT /api/orders/{id}
                writes:
                  replicate: replay
                  idempotency: natural
            """;

    @Test
    void everyStoreTheGuideDescribesIsRight() throws Exception {
        String guide = Files.readString(Path.of("../docs/guide/stores.md"));
        List<String> blocks = BLOCK.matcher(guide)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            String around = block.contains("key: [")
                    ? AROUND.replace("path:id", "[path:tenant, path:number]").replace("{id}", "{tenant}/{number}")
                    : AROUND;
            MigrationFile.Read read = MigrationFile.parse(
                    "guide.yaml", around + block.indent(4), _ -> "x", Path.of("."), LocalDate.of(2026, 11, 29));
            assertThat(read).as(MigrationFileTest.rendered(read)).isInstanceOf(MigrationFile.Read.Valid.class);
        }
    }
}
