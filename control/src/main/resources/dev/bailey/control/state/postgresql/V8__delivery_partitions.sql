-- carries: it takes the partitions that it is given.
alter table member_time add column carries boolean not null default false;

-- Who delivers which part of all entities. holder: the life that does, or nobody; only itself or, once it is expelled, the one that leads
-- may change that. wanted: who shall, as the one that leads has it. clean: 1 where nothing that an earlier holder sent may still land.
create table delivery_partition (
  number integer primary key, holder text collate "C" not null, wanted text collate "C" not null, clean integer not null);
