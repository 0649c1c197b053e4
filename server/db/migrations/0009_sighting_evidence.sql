-- What a sighting rests on, of the crop that is kept: the threshold that was applied, among how many people, by which
-- embedder, and who else looked most like it. `score` is of the one who was named, or of the nearest.
alter table sightings
  add column threshold real,
  add column gallery_size integer,
  add column model text,
  add column other_id uuid references people (id) on delete set null,
  add column other_score real;
create index sightings_other on sightings (other_id);
