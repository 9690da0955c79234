-- Heads and bodies are kept apart, so that a change of state never rewrites a body. Moments are nanoseconds since 1970, UTC.
-- States: 0 intent, 1 applied, 2 rejected, 3 unknown, 4 delivered, 5 parked. Sides: 0 legacy, 1 modern.

create sequence journal_seq as bigint;

create table journal_slice (
    id integer generated always as identity primary key,
    name text collate "C" not null unique,
    appended bigint not null
) with (fillfactor = 20);

-- node: who wrote the intent. ended: a number of the one sequence, drawn when the outcome was written.
create table journal_record (
    seq bigint primary key,
    id text collate "C" not null unique,
    slice integer not null,
    entity text collate "C",
    minted boolean not null,
    epoch bigint not null,
    authority smallint not null,
    follower smallint,
    method text not null,
    target text not null,
    state smallint not null,
    body_kept boolean not null,
    client_key boolean not null,
    attempts integer not null,
    note text not null,
    at bigint not null,
    changed bigint not null,
    node text not null,
    ended bigint
);

-- A key may be longer than an index takes.
create index journal_record_open on journal_record (slice, left(entity, 500), seq) where state in (0, 1, 3, 5);
create index journal_record_at on journal_record (slice, at);

create table journal_content (
    seq bigint primary key,
    idempotency_key text not null,
    headers bytea not null,
    body bytea not null
);
alter table journal_content alter column body set storage external;

create table journal_answer (
    seq bigint primary key,
    status integer not null,
    headers bytea not null,
    body bytea not null
);
alter table journal_answer alter column body set storage external;

create table journal_fence (
    seq bigint primary key,
    slice integer not null,
    at bigint not null
);
create index journal_fence_at on journal_fence (at);

-- The idempotency keys of clients. States: 0 claimed, 1 sent without a record, 2 unknown, 3 answered.
create table journal_key (
    slice integer not null,
    consumer text collate "C" not null,
    name text collate "C" not null,
    claim text collate "C" not null unique,
    fingerprint bytea not null,
    state smallint not null,
    behind bigint not null,
    record text collate "C",
    status integer,
    headers bytea,
    body bytea,
    whole boolean,
    expires bigint not null,
    primary key (slice, consumer, name)
);
create index journal_key_expires on journal_key (expires) where state >= 2;
create index journal_key_under_way on journal_key (state) where state in (0, 1);

create table journal_key_total (
    slice integer primary key,
    keys bigint not null
) with (fillfactor = 20);

create table journal_probe (value integer not null);
insert into journal_probe values (0);
