-- Rounds that a run was to have: one that is done with fewer stopped because more would have made it worse.
alter table student_runs add column planned int;
