-- How a run ended, why a worker was left out of a round and why a version is retired: a code with the facts of its
-- sentence. What older servers kept stays in its words.
alter table student_runs add column reason jsonb;
alter table student_versions add column retired_reason jsonb;
update student_runs run set rounds = (
  select jsonb_agg(jsonb_set(round, '{rejected}', coalesce((
    select jsonb_agg(jsonb_build_object(
      'shard', left_out -> 'shard', 'message', left_out -> 'reason', 'reason', null, 'again', false))
    from jsonb_array_elements(round -> 'rejected') left_out), '[]')) order by place)
  from jsonb_array_elements(run.rounds) with ordinality as every(round, place))
where jsonb_array_length(rounds) > 0;
