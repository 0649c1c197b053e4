-- Receivers of events. The address may hold a secret of its own, so it is sealed like the key that signs.
create table webhooks (
  id uuid primary key,
  url bytea not null,
  secret bytea not null,
  -- Whose sightings: known, unknown.
  about text[] not null,
  -- Which moments of a sighting: began, ended.
  moments text[] not null,
  enabled boolean not null default true,
  -- Number of the last event; each event takes the next one.
  sequence bigint not null default 0,
  created_at timestamptz not null default now(),
  succeeded_at timestamptz,
  failed_at timestamptz,
  failure text
);
