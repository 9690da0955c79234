package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DataShapeTest {

    private static <T> Map<String, T> map(boolean turned, String one, T first, String other, T second) {
        Map<String, T> map = new LinkedHashMap<>();
        map.put(turned ? other : one, turned ? second : first);
        map.put(turned ? one : other, turned ? first : second);
        return map;
    }

    private static String shape(boolean turned, String note, String value) {
        Map<String, String> columns = map(turned, "id", "order_id", "note", note);
        Map<String, String> values = map(turned, "id", "'ord_' || ?", "note", value);
        Map<String, IdTable> ids = map(
                turned,
                "id",
                new IdTable("order_ids", "old", "own", Optional.of("uuid")),
                "note",
                new IdTable("note_ids", "old", "own", Optional.empty()));
        WriteTable write = new WriteTable(
                "purchase",
                columns,
                values,
                ids,
                map(
                        turned,
                        "party",
                        new PartTable("order_id", columns, values, true),
                        "contact",
                        new PartTable("order_id", columns, values, false)),
                map(
                        turned,
                        "lines",
                        new ChildTable("line", KeyNames.of("order_id"), columns, values, ids, List.of("id")),
                        "notes",
                        new ChildTable("note", "order_id", columns, values)),
                Optional.of("marks"));
        SqlStore store = new SqlStore(
                "jdbc:sqlite:x", "", "", "select 1 as id", map(turned, "lines", "l", "notes", "n"), Optional.of(write));
        return DataShape.of(new DataSpec("id", Optional.empty(), store, store));
    }

    @Test
    void theOrderOfNamesInTheFileMakesNoDifferenceAndEveryNameAndExpressionDoes() {
        String shape = shape(false, "remark", "? || ''");
        assertThat(shape(true, "remark", "? || ''")).isEqualTo(shape);
        assertThat(shape(false, "notes", "? || ''")).isNotEqualTo(shape);
        assertThat(shape(false, "remark", "trim(?)")).isNotEqualTo(shape);
    }

    private static String placed(String jdbc, String user, String password) {
        SqlStore store = new SqlStore(jdbc, user, password, "select 1 as id", Map.of(), Optional.empty());
        return DataShape.placed(new DataSpec("id", Optional.empty(), store, store));
    }

    @Test
    void otherDatabasesOrUsersAreAnotherPlaceAndAnotherPasswordIsNot() {
        String place = placed("jdbc:postgresql://db:1/shop?currentSchema=a", "bailey", "secret");
        assertThat(placed("jdbc:postgresql://db:1/shop?currentSchema=a", "bailey", "other"))
                .isEqualTo(place);
        assertThat(placed("jdbc:postgresql://db:1/shop?currentSchema=a&password=x", "bailey", ""))
                .isEqualTo(place);
        assertThat(placed("jdbc:postgresql://db:2/shop?currentSchema=a", "bailey", "secret"))
                .isNotEqualTo(place);
        assertThat(placed("jdbc:postgresql://db:1/shop?currentSchema=b", "bailey", "secret"))
                .isNotEqualTo(place);
        assertThat(placed("jdbc:postgresql://db:1/shop?currentSchema=a", "else", "secret"))
                .isNotEqualTo(place);
        assertThat(placed("jdbc:mariadb://bailey:x@db/shop", "", ""))
                .isEqualTo(placed("jdbc:mariadb://bailey:y@db/shop", "", ""))
                .isNotEqualTo(placed("jdbc:mariadb://else:y@db/shop", "", ""));
    }
}
