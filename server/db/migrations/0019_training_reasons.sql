-- How a run ended, why a worker was left out of a round and why a version is retired: a code with the facts of its
-- sentence, beside the sentence. Of what older servers kept the sentences that are known get their codes.
alter table student_runs add column reason jsonb;
alter table student_versions add column retired_reason jsonb;

update student_runs set reason = jsonb_build_object('code', code) from (values
  ('no-better', 'It did no better on the people held out, so nothing changes.'),
  ('person-erased', 'Somebody whom it learnt from was erased.'),
  ('group-deleted', 'The group was deleted.'),
  ('group-paused', 'Training of this group was paused.'),
  ('other-server', 'Another server runs the trainings now.'),
  ('server-stopped', 'The server was stopped.'),
  ('cut-off', 'It was cut off: its server ended, or could not reach the database.'),
  ('redis-lost', 'Redis was started anew and has lost this run. Another one begins in a while.')
) as known (code, words) where message = words;
update student_runs set reason = jsonb_build_object('code', 'on-trial', 'version', substring(message from '\d+')::int)
where message ~ '^Version \d+ is better on the people held out, and is on trial\.$';
update student_runs set reason = jsonb_build_object('code', 'by-hand', 'version', substring(message from '\d+')::int)
where message ~ '^Version \d+ is better on the people held out\. Promote it by hand\.$';

update student_versions set retired_reason = jsonb_build_object('code', code) from (values
  ('by-hand', 'rolled back by hand'),
  ('person-erased', 'somebody it learnt from was erased')
) as known (code, words) where retired_because = words;
update student_versions
set retired_reason = jsonb_build_object('code', 'replaced', 'version', substring(retired_because from '\d+')::int)
where retired_because ~ '^version \d+ took its place$';

update student_runs run set rounds = (
  select jsonb_agg(jsonb_set(round, '{rejected}', coalesce((
    select jsonb_agg(jsonb_build_object(
      'shard', left_out -> 'shard', 'message', left_out -> 'reason', 'reason', null, 'again', false))
    from jsonb_array_elements(round -> 'rejected') left_out), '[]')) order by place)
  from jsonb_array_elements(run.rounds) with ordinality as every(round, place))
where jsonb_array_length(rounds) > 0;
