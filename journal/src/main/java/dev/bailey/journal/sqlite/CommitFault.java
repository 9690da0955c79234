package dev.bailey.journal.sqlite;

import java.sql.SQLException;

/** Called before each commit; a test makes the disk fail here. */
@FunctionalInterface
interface CommitFault {

    CommitFault NONE = () -> {};

    void beforeCommit() throws SQLException;
}
