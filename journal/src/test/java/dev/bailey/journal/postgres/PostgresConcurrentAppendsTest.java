package dev.bailey.journal.postgres;

import dev.bailey.journal.group.ConcurrentAppendsContract;
import dev.bailey.journal.group.Engine;

class PostgresConcurrentAppendsTest extends ConcurrentAppendsContract {

    private final String schema = Server.schema();

    @Override
    protected Engine engine() {
        return Server.engine(schema);
    }
}
