package dev.bailey.journal.postgres;

import dev.bailey.journal.group.CompactionContract;
import dev.bailey.journal.group.Engine;

class PostgresCompactionTest extends CompactionContract {

    private final String schema = Server.schema();

    @Override
    protected Engine engine() {
        return Server.engine(schema);
    }
}
