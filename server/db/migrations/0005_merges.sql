-- People who were merged into another, with what it takes to part them again: who they were, and which photos and
-- sightings came from them. survivor_id may itself be merged away later; it is a person then who stands in merged_id.
create table merges (
  id uuid primary key,
  survivor_id uuid not null,
  merged_id uuid not null unique,
  name text not null,
  external_id text,
  consent boolean,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  merged_at timestamptz not null default now()
);
create index merges_survivor on merges (survivor_id);

create table merge_templates (
  merge_id uuid not null references merges (id) on delete cascade,
  template_id uuid not null references templates (id) on delete cascade,
  primary key (merge_id, template_id)
);
create index merge_templates_template on merge_templates (template_id);

create table merge_sightings (
  merge_id uuid not null references merges (id) on delete cascade,
  sighting_id uuid not null references sightings (id) on delete cascade,
  primary key (merge_id, sighting_id)
);
create index merge_sightings_sighting on merge_sightings (sighting_id);
