-- People who use the console. One who is deleted keeps their row, so that the audit log can name them.
create table users (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('guard', 'operator', 'admin')),
  -- Cost, salt and hash; null until they have chosen one.
  password text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  disabled_at timestamptz,
  deleted_at timestamptz
);
create unique index users_name on users (lower(name)) where deleted_at is null;

-- Their browsers that are logged in. A session whose row is gone has ended.
create table user_sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  started_by text not null check (started_by in ('link', 'password')),
  browser text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index user_sessions_user on user_sessions (user_id);

alter table login_codes drop constraint login_codes_role_check;
alter table login_codes add constraint login_codes_role_check
  check (role in ('kiosk', 'guard', 'operator', 'admin'));
alter table login_codes add column user_id uuid references users (id) on delete cascade;

-- Tokens of programs, kept as hashes. One that is revoked keeps its row, as a deleted user does.
create table api_tokens (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('guard', 'operator', 'admin')),
  hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
