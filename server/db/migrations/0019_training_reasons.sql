-- How a run ended and why a version is retired: a code with the facts of its sentence. What older servers kept stays in
-- its words.
alter table student_runs add column reason jsonb;
alter table student_versions add column retired_reason jsonb;
