package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.FailingStoreContract;

class PostgresFailingStoreTest extends FailingStoreContract {

    private final String schema = Server.schema();

    @Override
    protected Engine engine() {
        return Server.engine(schema);
    }
}
