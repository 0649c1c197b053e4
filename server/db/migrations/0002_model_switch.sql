-- The embedder that serves. Where people are enrolled already, it is the one that most of their photos were embedded by.
insert into settings (name, value)
  select 'serving_model', model from templates group by model order by count(*) desc, model limit 1
  on conflict do nothing;

-- A change of the embedder that is under way: one at most. `stopped`: it waits for somebody's decision.
create table model_switch (
  one boolean primary key default true check (one),
  model text not null,
  requested_by text not null,
  force boolean not null,
  state text not null check (state in ('embedding', 'stopped')),
  message text,
  started_at timestamptz not null default now(),
  -- The server that works on it; another may take over when this time has passed.
  runner text,
  leased_until timestamptz
);

-- Embeddings of that change, kept until all are there. They go with the template, so with the person.
create table staged_embeddings (
  template_id uuid primary key references templates (id) on delete cascade,
  -- Sealed by the vault; null where the reference crop gave none.
  embedding bytea
);
