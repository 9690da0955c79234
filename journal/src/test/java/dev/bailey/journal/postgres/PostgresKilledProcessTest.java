package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Child;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.KilledProcessContract;

class PostgresKilledProcessTest extends KilledProcessContract {

    private final String schema = Server.schema();

    @Override
    protected Engine engine() {
        return Server.engine(schema);
    }

    @Override
    protected Child child(int round) {
        return PostgresWriter.start(schema, round);
    }
}
