-- Cameras that share a student. A camera belongs to one group at most.
create table student_groups (
  id uuid primary key,
  name text not null unique,
  -- Named recipe of what these cameras make of a face; null: they see it as enrolment does.
  shift text,
  -- No run begins while it is paused.
  paused boolean not null default false,
  -- The server itself may try out, promote and roll back.
  automatic boolean not null default true,
  created_at timestamptz not null default now()
);
create table student_group_cameras (
  kiosk_id uuid primary key references kiosks (id) on delete cascade,
  group_id uuid not null references student_groups (id) on delete cascade
);
create index student_group_cameras_group on student_group_cameras (group_id);

create table student_versions (
  id uuid primary key,
  group_id uuid not null references student_groups (id) on delete cascade,
  number integer not null,
  state text not null check (state in ('candidate', 'shadow', 'promoted', 'retired')),
  model text not null,
  -- The version whose weights it began with; null: the embedder's own.
  parent uuid references student_versions (id) on delete set null,
  -- What workers are told (thresholds, golden vector, sha256): sealed by the vault.
  about bytea not null,
  sha256 text not null,
  -- What it was taught with, and how it did on people held out: lineage.
  lineage jsonb not null,
  -- Of its trial beside the serving version, and of its first tracks.
  trial jsonb,
  created_at timestamptz not null default now(),
  promoted_at timestamptz,
  promoted_by text,
  -- Which version it took the place of; null: the embedder itself.
  replaced uuid references student_versions (id) on delete set null,
  retired_at timestamptz,
  retired_by text,
  retired_because text,
  -- Set when somebody whom it learnt from was erased: it is not promoted (again), and nothing is learnt from it.
  excluded_at timestamptz,
  unique (group_id, number)
);
create unique index student_versions_promoted on student_versions (group_id) where state = 'promoted';
create unique index student_versions_shadow on student_versions (group_id) where state = 'shadow';

-- ONNX files, sealed by the vault, in parts; that of a version which will not serve again is dropped. Written before
-- the version is there.
create table student_files (
  version_id uuid not null,
  part integer not null,
  bytes bytea not null,
  written_at timestamptz not null default now(),
  primary key (version_id, part)
);
-- Sealed bytes do not get shorter.
alter table student_files alter column bytes set storage external;

-- Whose faces a version learnt from, its parents' included. No reference to people: it is asked when one was erased.
create table student_version_people (
  version_id uuid not null references student_versions (id) on delete cascade,
  person_id uuid not null,
  primary key (version_id, person_id)
);
create index student_version_people_person on student_version_people (person_id);
