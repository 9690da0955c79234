-- Parts of backfills that the node which leads has laid out for others to copy. Nobody has one: claim is 0 and it may be taken
-- until then. Somebody has it until then: claim tells this time from every other. Neither waits for anybody: who is done with it says
-- so, and the node that leads deletes it once nobody can write any more.
create table backfill_part (
  slice text collate "C" not null, job text collate "C" not null, term bigint not null, shape text collate "C" not null,
  after_key text, up_to text, state text not null, until timestamptz not null,
  claim bigint not null default 0, owner text, written bigint not null default 0, primary key (slice, job, term));

create sequence backfill_claim;
