-- Training of students: what was learnt from, round by round, and what came of it. Figures only.
create table student_runs (
  id uuid primary key,
  group_id uuid not null references student_groups (id) on delete cascade,
  state text not null check (state in ('running', 'done', 'failed', 'stopped')),
  -- Why it ended as it did, for people.
  message text,
  requested_by text not null,
  model text not null,
  -- What there was to learn from: whether another run is worth while hangs on what has changed since.
  counts jsonb not null,
  rounds jsonb not null default '[]',
  version_id uuid references student_versions (id) on delete set null,
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
create index student_runs_group on student_runs (group_id, started_at desc);
