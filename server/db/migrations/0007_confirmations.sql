-- What operators said of sightings: whether recognition was right. At most one of a sighting counts, the newest; the
-- others were taken back, and are kept as long as the sighting is.
create table confirmations (
  id uuid primary key,
  sighting_id uuid not null references sightings (id) on delete cascade,
  -- Of whom recognition named: yes, no, or somebody else.
  verdict text not null check (verdict in ('yes', 'no', 'other')),
  -- Who it is, as the answer says.
  person_id uuid references people (id) on delete cascade,
  -- Whom recognition named; null when nobody, or when that person was erased since.
  recognised_id uuid references people (id) on delete set null,
  said_by text not null,
  said_at timestamptz not null default now(),
  taken_back_by text,
  taken_back_at timestamptz,
  check ((verdict = 'no') = (person_id is null)),
  check ((taken_back_by is null) = (taken_back_at is null))
);
create unique index confirmations_counting on confirmations (sighting_id) where taken_back_at is null;
create index confirmations_sighting on confirmations (sighting_id);
create index confirmations_said on confirmations (said_at desc, id desc);
create index confirmations_person on confirmations (person_id);
create index confirmations_recognised on confirmations (recognised_id);

-- Which answers named somebody who was merged away, and where: they are given back when the merge is undone.
create table merge_confirmations (
  merge_id uuid not null references merges (id) on delete cascade,
  confirmation_id uuid not null references confirmations (id) on delete cascade,
  named text not null check (named in ('said', 'recognised')),
  primary key (merge_id, confirmation_id, named)
);
create index merge_confirmations_confirmation on merge_confirmations (confirmation_id);
