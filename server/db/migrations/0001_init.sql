create table settings (
  name text primary key,
  value text not null
);
-- Tells this gallery from another one that used the same Redis.
insert into settings (name, value) values ('installation', gen_random_uuid()::text);

create table people (
  id uuid primary key,
  name text not null,
  external_id text unique,
  consent boolean,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index people_name on people (lower(name), id);

-- One for each accepted photo. embedding and reference_crop are sealed by the vault.
create table templates (
  id uuid primary key,
  person_id uuid not null references people (id) on delete cascade,
  model text not null,
  embedding bytea not null,
  reference_crop bytea not null,
  quality real not null check (quality >= 0 and quality <= 1),
  created_at timestamptz not null default now()
);
create index templates_person on templates (person_id);

-- Outbox of the gallery: what Redis is to be told, numbered without gaps in the order of the commits.
-- No reference to people: the entry of a removal outlives the person, and holds an id only.
create table gallery_log (
  version bigint primary key,
  op text not null check (op in ('upsert', 'remove')),
  person_id uuid not null,
  at timestamptz not null default now()
);

create table kiosks (
  id uuid primary key,
  name text not null,
  place text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table login_codes (
  hash bytea primary key,
  role text not null check (role in ('kiosk', 'operator', 'admin')),
  kiosk_id uuid references kiosks (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((role = 'kiosk') = (kiosk_id is not null))
);

-- Sessions that were logged out before their time.
create table ended_sessions (
  id uuid primary key,
  expires_at timestamptz not null
);

-- Append-only: each hash covers the entry and the hash before it.
create table audit (
  sequence bigint primary key,
  at text not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail text not null,
  hash text not null
);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
