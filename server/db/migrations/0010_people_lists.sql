-- A hidden person is left out of lists, and recognised as ever.
alter table people add column hidden boolean not null default false;
alter table merges add column hidden boolean not null default false;

-- What a template's quality is made of: interEyePx, sharpness, brightness, yaw, pitch. Null for those of before.
alter table templates add column measures jsonb;
drop index templates_person;
create index templates_person on templates (person_id, quality);

-- Who did what to a person, in the audit.
create index audit_subject on audit (subject, sequence);
create index audit_photo_to on audit ((detail::jsonb ->> 'to')) where action = 'person.photo-moved';
create index audit_merged_into on audit ((detail::jsonb ->> 'into')) where action = 'person.merged';
create index audit_parted_from on audit ((detail::jsonb ->> 'from')) where action = 'person.merge-undone';
