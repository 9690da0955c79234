package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.JournalContract;

class PostgresJournalTest extends JournalContract {

    private final String schema = Server.schema();

    @Override
    protected Engine engine() {
        return Server.engine(schema);
    }
}
