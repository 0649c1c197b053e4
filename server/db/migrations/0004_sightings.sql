-- One for each time that a track was somebody, or nobody who is enrolled. They go with the person.
create table sightings (
  id uuid primary key,
  kiosk_id uuid not null references kiosks (id),
  state text not null check (state in ('identified', 'unknown')),
  person_id uuid references people (id) on delete cascade,
  began_at timestamptz not null,
  -- Of its last crop, as far as it is known.
  ended_at timestamptz not null,
  crops integer not null check (crops > 0),
  score real,
  confidence real,
  -- The best crop, sealed by the vault; null where it was gone before it could be kept.
  crop bytea,
  check ((state = 'identified') = (person_id is not null))
);
create index sightings_began on sightings (began_at desc, id desc);
create index sightings_person on sightings (person_id, began_at desc);
create index sightings_ended on sightings (state, ended_at);
