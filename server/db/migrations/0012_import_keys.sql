-- What tells a person of an import from all others of its list: with it, nobody is enrolled twice by a second run.
create table import_keys (
  key text primary key,
  person_id uuid not null references people (id) on delete cascade,
  created_at timestamptz not null default now()
);
create index import_keys_person on import_keys (person_id);
