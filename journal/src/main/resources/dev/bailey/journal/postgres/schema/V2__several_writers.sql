-- Several processes write at the same time. node is then name#incarnation; tx is the transaction that changed the row last,
-- and null where one process alone writes.

alter table journal_record add column tx bigint;
create index journal_record_tx on journal_record (tx) where tx is not null;

create table journal_total (
    slice integer not null,
    node text collate "C" not null,
    appended bigint not null,
    primary key (slice, node)
) with (fillfactor = 20);

alter table journal_key add column node text collate "C" not null default '';
