-- People whose appearance raises an alert.
create table watched_people (
  person_id uuid primary key references people (id) on delete cascade,
  note text,
  watched_by text not null,
  watched_at timestamptz not null default now()
);

-- One for each appearance of such a person at a camera. The sighting says who and where; they go together.
create table alerts (
  id uuid primary key,
  sighting_id uuid not null unique references sightings (id) on delete cascade,
  raised_at timestamptz not null default now(),
  acknowledged_by text,
  acknowledged_at timestamptz,
  check ((acknowledged_by is null) = (acknowledged_at is null))
);
create index alerts_raised on alerts (raised_at desc, id desc);
create index alerts_open on alerts (raised_at desc, id desc) where acknowledged_at is null;

-- How the one who was merged away was watched, and whether that put the survivor on the list.
alter table merges
  add column watch_note text,
  add column watched_by text,
  add column watched_at timestamptz,
  add column made_watched boolean not null default false;
