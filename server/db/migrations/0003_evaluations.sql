-- Evaluations that have ended: figures, and no photo, embedding or name of a person.
create table evaluations (
  id uuid primary key,
  name text not null,
  state text not null check (state in ('done', 'failed')),
  photos integer not null,
  error text,
  result jsonb,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index evaluations_created on evaluations (created_at desc, id);
