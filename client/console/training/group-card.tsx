import type { StudentGroup } from '../../../protocol/student-versions.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Notice } from '../../ui/message.tsx';
import type { UiState } from '../../ui/state.ts';
import { showToast } from '../../ui/toast.tsx';
import { ApiError } from '../api.ts';
import { useTask } from '../use-task.ts';
import { changeGroup, rollBack, trainNow } from './calls.ts';
import { reasonText } from './reason-text.ts';
import { RunView } from './run-view.tsx';
import { VersionsTable } from './versions-table.tsx';

const STATES: Partial<Record<StudentGroup['status']['state'], UiState>> = {
  running: 'looking',
  'held-back': 'looking',
  'too-few-people': 'warning',
  'no-worker': 'warning',
  'no-cameras': 'warning',
  model: 'error',
  paused: 'offline',
  off: 'offline',
};

/** One group: what trains or why nothing does, what serves, the last run, the versions. */
export function GroupCard({
  group,
  mayChange,
  onChanged,
  onEdit,
}: {
  group: StudentGroup;
  mayChange: boolean;
  onChanged: () => void;
  onEdit: () => void;
}) {
  const { name, status, cameras, versions } = group;
  const serving = versions.find(({ state }) => state === 'promoted');
  const trial = versions.find(({ state }) => state === 'shadow');
  const watch = group.watch[serving?.id ?? 'embedder'];
  const names = cameras.map((camera) => camera.name).join(', ');
  return (
    <Card title={name} aside={mayChange && <Actions {...{ group, onChanged, onEdit }} />}>
      <div class="training__facts" data-testid="training-group">
        <p class="training__status">
          <Badge state={STATES[status.state] ?? 'info'}>{t(`console.training.states.${status.state}`)}</Badge>
          <span>{reasonText(status.reason)}</span>
        </p>
        <p>
          <Badge state={serving ? 'ok' : 'offline'}>
            {serving
              ? t('console.training.serving', { number: serving.number })
              : t('console.training.embedder')}
          </Badge>{' '}
          {trial && <Badge state="info">{t('console.training.onTrial', { number: trial.number })}</Badge>}
        </p>
        <p class="muted small">
          {names
            ? t('console.training.cameras', { count: cameras.length, names })
            : t('console.training.noCameras')}
          {watch && ` · ${t('console.training.watch', { named: watch.named, tracks: watch.tracks })}`}
        </p>
      </div>
      {serving &&
        group.notReady.map(({ worker, message }) => (
          <Notice key={worker} state="warning">
            <p>{t('console.training.notReady', { number: serving.number, worker, message })}</p>
          </Notice>
        ))}
      <RunView run={group.runs[0]} />
      <VersionsTable group={group} mayChange={mayChange} onChanged={onChanged} />
    </Card>
  );
}

function textOf(error: unknown): string {
  if (error instanceof ApiError && error.reason) return reasonText(error.reason);
  return error instanceof Error ? error.message : String(error);
}

function Actions({
  group,
  onChanged,
  onEdit,
}: {
  group: StudentGroup;
  onChanged: () => void;
  onEdit: () => void;
}) {
  const { id, name, paused, runs } = group;
  const acting = (work: () => Promise<unknown>, done?: string) => async () => {
    try {
      await work();
      if (done) showToast({ state: 'ok', text: done });
    } catch (error) {
      showToast({ state: 'error', text: textOf(error) });
    }
    onChanged();
  };
  const [training, train] = useTask(acting(() => trainNow(id), t('console.training.begun', { name })));
  const [pausing, pause] = useTask(acting(() => changeGroup(id, { paused: !paused })));
  const [rolling, roll] = useTask(acting(() => rollBack(id), t('console.training.rolledBack', { name })));
  const serves = group.versions.some(({ state }) => state === 'promoted');
  return (
    <div class="buttons">
      {serves && (
        <Button
          icon="back"
          busy={rolling.value.busy}
          aria-label={t('console.training.rollBackNamed', { name })}
          onClick={() => void roll()}
        >
          {t('console.training.rollBack')}
        </Button>
      )}
      <Button
        busy={training.value.busy}
        disabled={runs[0]?.state === 'running' || paused}
        aria-label={t('console.training.trainNamed', { name })}
        onClick={() => void train()}
      >
        {t('console.training.train')}
      </Button>
      <Button
        busy={pausing.value.busy}
        aria-label={t(paused ? 'console.training.resumeNamed' : 'console.training.pauseNamed', { name })}
        onClick={() => void pause()}
      >
        {t(paused ? 'console.training.resume' : 'console.training.pause')}
      </Button>
      <Button
        variant="quiet"
        icon="edit"
        aria-label={t('console.training.editNamed', { name })}
        title={t('console.training.editNamed', { name })}
        onClick={onEdit}
      />
    </div>
  );
}
