-- Whether a kiosk's browser may teach its camera's student: it does not, unless an admin allows it.
alter table kiosks add column training boolean not null default false;
