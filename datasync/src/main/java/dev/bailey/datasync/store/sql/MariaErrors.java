package dev.bailey.datasync.store.sql;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What MariaDB's and MySQL's errors mean, and what of them may be shown: many repeat the value that was refused.
 *
 * @see <a href="https://mariadb.com/kb/en/mariadb-error-code-reference/">the codes</a>
 */
final class MariaErrors {

    /** A row has the same value in a unique key. */
    private static final int DUPLICATE = 1062;

    static final int TABLE_DENIED = 1142;
    static final int COLUMN_DENIED = 1143;

    private static final int PACKET_TOO_BIG = 1153;

    /** A value is refused, and the message names columns and constraints only. */
    private static final Set<Integer> REFUSED = Set.of(1048, 1264, 1265, 1364, 1406, 1451, 1452, 3819, 4025);

    /** A value is refused, and the message may repeat it; SQLSTATEs of class 22 and a trigger's own words do too. */
    private static final Set<Integer> REFUSED_WITH_VALUE = Set.of(1292, 1366, 1411, 1525, 1644, 3140);

    private static final Pattern CONNECTION = Pattern.compile("^\\(conn=\\d+\\) ");
    private static final Pattern KEY_NAME = Pattern.compile(" for key '([A-Za-z0-9_.$]{1,130})'$");

    private MariaErrors() {}

    /** Whether another row holds a value that must be unique. */
    static boolean duplicate(SQLException e) {
        return e.getErrorCode() == DUPLICATE || e.getErrorCode() == MariaUpsert.ANOTHER_ROW;
    }

    static Optional<String> refusal(SQLException e) {
        int code = e.getErrorCode();
        if (code == DUPLICATE) {
            return Optional.of(taken(e));
        }
        if (code == MariaUpsert.ANOTHER_ROW) {
            return Optional.of("another row holds the same value in a unique key that is not the primary key");
        }
        if (code == PACKET_TOO_BIG) {
            return Optional.of("the row is larger than the server's max_allowed_packet");
        }
        if (REFUSED.contains(code)) {
            return Optional.of(message(e));
        }
        return mayHoldValue(e) ? Optional.of("the value does not fit its column " + number(e)) : Optional.empty();
    }

    static String withoutValues(SQLException e) {
        if (e.getErrorCode() == DUPLICATE) {
            return taken(e);
        }
        return mayHoldValue(e) ? "a value cannot be read as its type " + number(e) : message(e);
    }

    private static boolean mayHoldValue(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return !REFUSED.contains(e.getErrorCode())
                && (REFUSED_WITH_VALUE.contains(e.getErrorCode()) || state.startsWith("22") || state.equals("45000"));
    }

    private static String taken(SQLException e) {
        Matcher name = KEY_NAME.matcher(message(e));
        return "another row holds the same value in a unique key" + (name.find() ? " (" + name.group(1) + ")" : "");
    }

    private static String number(SQLException e) {
        return "(error " + e.getErrorCode() + ", SQLSTATE " + e.getSQLState() + ")";
    }

    private static String message(SQLException e) {
        return CONNECTION.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    }
}
