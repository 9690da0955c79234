-- free: it may write without its time what replicates nothing, so that the end of its time says nothing about those writes.
-- silent: from when on nothing that it sent can land any more; null while nobody knows that it has ended.
alter table member add column free boolean not null default false;
alter table member_time add column silent timestamptz;
