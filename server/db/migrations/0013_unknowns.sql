-- Quality of the crop that is kept, 0 to 1.
alter table sightings add column quality real;

-- People-to-be: sightings of unknown people that seem to show one person. A group without sightings goes.
create table unknown_groups (
  id uuid primary key,
  created_at timestamptz not null default now(),
  -- Its sightings, those to come too, are not to be shown.
  ignored_by text,
  ignored_at timestamptz,
  check ((ignored_by is null) = (ignored_at is null))
);

-- What a sighting of somebody unknown is compared by. A sighting that was given to a person keeps its place for as
-- long as unknown ones are kept, and has it again when that is undone.
create table unknown_sightings (
  sighting_id uuid primary key references sightings (id) on delete cascade,
  group_id uuid not null references unknown_groups (id),
  -- Embedder; others' embeddings are not compared.
  model text not null,
  -- The track's mean embedding, sealed by the vault.
  embedding bytea not null,
  -- An operator has put it into this group: it stays there.
  placed boolean not null default false
);
create index unknown_sightings_group on unknown_sightings (group_id);

-- Who a group is not, as operators said: those people are not suggested for it again.
create table unknown_denials (
  group_id uuid not null references unknown_groups (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  said_by text not null,
  said_at timestamptz not null default now(),
  primary key (group_id, person_id)
);
create index unknown_denials_person on unknown_denials (person_id);

-- Which sightings were given to a person at once, and which photos were made of their crops: what is undone together.
create table unknown_assignments (
  id uuid primary key,
  person_id uuid not null references people (id) on delete cascade,
  -- Whether the person was created for it.
  created_person boolean not null,
  assigned_by text not null,
  assigned_at timestamptz not null default now()
);
create index unknown_assignments_person on unknown_assignments (person_id);
create table unknown_assignment_sightings (
  assignment_id uuid not null references unknown_assignments (id) on delete cascade,
  sighting_id uuid not null references sightings (id) on delete cascade,
  primary key (assignment_id, sighting_id)
);
create index unknown_assignment_sightings_sighting on unknown_assignment_sightings (sighting_id);
create table unknown_assignment_templates (
  assignment_id uuid not null references unknown_assignments (id) on delete cascade,
  template_id uuid not null references templates (id) on delete cascade,
  primary key (assignment_id, template_id)
);
create index unknown_assignment_templates_template on unknown_assignment_templates (template_id);
