package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChildOrderTest {

    private static final Set<String> LABELS = Set.of("_key", "sku", "price");

    private static ChildOrder of(String select) {
        return ChildOrder.of(select, LABELS);
    }

    @Test
    void anOrderByColumnsIsPutAroundTheSelect() {
        assertThat(of(
                        "select l.order_id as _key, sku, cents / 100 as price from line l where note <> 'from order by' ORDER"
                                + " BY l.order_id, place desc"))
                .isEqualTo(new ChildOrder(
                        "select l.order_id as _key, sku, cents / 100 as price\n, l.order_id as _place_1, place as _place_2\nfrom"
                                + " line l where note <> 'from order by'",
                        List.of("_place_1", "_place_2"),
                        " order by q._place_1, q._place_2 desc"));
    }

    /** A column of the table may be called as one of the select is: the order means that of the select. */
    @Test
    void aColumnOfTheSelectIsOrderedByAsItIs() {
        assertThat(of("select order_id as _key, sku, cents / 100 as price from line order by Price, `sku`"))
                .isEqualTo(new ChildOrder(
                        "select order_id as _key, sku, cents / 100 as price\nfrom line",
                        List.of(),
                        " order by q.Price, q.`sku`"));
    }

    @Test
    void aCommentDoesNotSwallowTheColumnsToOrderByNorIsItPartOfThem() {
        for (String comment : List.of("-- of a line, from here", "# of a line", "--", "--\ttab", "/* a, b */")) {
            assertThat(of("select order_id as _key, sku " + comment + "\nfrom line " + comment + "\norder by place "
                            + comment + "\n, seq desc " + comment))
                    .as(comment)
                    .isEqualTo(new ChildOrder(
                            "select order_id as _key, sku " + comment
                                    + "\n, place as _place_1, seq as _place_2\nfrom line " + comment,
                            List.of("_place_1", "_place_2"),
                            " order by q._place_1, q._place_2 desc"));
        }
        assertThat(of("select order_id as _key, sku from line order by 1--1"))
                .as("two minus signs")
                .isEqualTo(ChildOrder.asItIs(
                        "select order_id as _key, sku from line order by 1--1\nlimit" + " 18446744073709551615"));
    }

    @Test
    void whatCannotBePutAroundKeepsItsOrderByALimit() {
        for (String select : List.of(
                "select order_id as _key, sku from line order by length(sku)",
                "select order_id as _key, sku from line order by 1",
                "select order_id as _key, sku from line union all select order_id, sku from old_line order by sku",
                "select distinct order_id as _key, sku from line order by sku",
                "with l as (select 1) select order_id as _key, sku from l order by sku")) {
            assertThat(of(select)).isEqualTo(ChildOrder.asItIs(select + "\nlimit 18446744073709551615"));
        }
    }

    @Test
    void whatHasNoOrderOrALimitIsReadAsItIs() {
        for (String select : List.of(
                "select order_id as _key, sku from line",
                "select order_id as _key, sku from (select * from line order by sku) l -- order by sku",
                "select order_id as _key, sku /* order by */ from line # order by sku",
                "select order_id as _key, sku, row_number() over (order by sku) as price from line",
                "select order_id as _key, 'it''s order by' as sku from line where `order by` = 1",
                "select order_id as _key, sku from line order by sku limit 5")) {
            assertThat(of(select)).isEqualTo(ChildOrder.asItIs(select));
        }
    }
}
