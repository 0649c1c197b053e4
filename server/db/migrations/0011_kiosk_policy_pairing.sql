-- What a kiosk's camera may do beyond sending crops: nothing, unless an admin allows it.
alter table kiosks add column video boolean not null default false;

-- Browsers that show a pairing code and wait. Code and secret are kept as hashes; a row lives for minutes.
create table pairings (
  id uuid primary key,
  code_hash bytea not null unique,
  secret_hash bytea not null,
  -- Set once somebody has typed the code.
  kiosk_id uuid references kiosks (id) on delete cascade,
  expires_at timestamptz not null
);
