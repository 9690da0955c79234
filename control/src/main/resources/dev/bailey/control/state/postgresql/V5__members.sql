-- The lives of processes that carry traffic at the same time. One that is expelled changes nothing any more: transactions of
-- the journal hold its row with `for share`, so renewals leave that alone and write member_time.
create table member (
  name text collate "C" not null, incarnation bigint not null, url text not null, admin text not null,
  joined timestamptz not null, expelled boolean not null, primary key (name, incarnation));

create table member_time (
  name text collate "C" not null, incarnation bigint not null, until timestamptz not null, leads boolean not null,
  primary key (name, incarnation));

-- How far a life has followed a slice's record. held: the epoch prepared for which it holds writes, with none under way.
-- settled: the epoch in force for which no write begun under an earlier one is under way.
create table member_ack (
  name text collate "C" not null, incarnation bigint not null, slice text collate "C" not null,
  held bigint not null, settled bigint not null, primary key (name, incarnation, slice));
