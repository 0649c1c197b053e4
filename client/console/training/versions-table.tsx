import { useSignal } from '@preact/signals';
import type { StudentGroup, StudentVersion } from '../../../protocol/student-versions.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/message.tsx';
import type { UiState } from '../../ui/state.ts';
import { showToast } from '../../ui/toast.tsx';
import { formatShare, formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { promote, tryOut } from './calls.ts';
import { retirementText } from './reason-text.ts';

const COLUMNS = ['version', 'state', 'from', 'learnt', 'measured', 'trial', 'actions'] as const;
const STATES: Record<StudentVersion['state'], UiState> = {
  candidate: 'info',
  shadow: 'looking',
  promoted: 'ok',
  retired: 'offline',
};
/** Names that are the same in every language. */
const BACKENDS = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' } as const;

/** Where each version comes from, how it does before and after, and what can be done with it. */
export function VersionsTable({
  group,
  mayChange,
  onChanged,
}: {
  group: StudentGroup;
  mayChange: boolean;
  onChanged: () => void;
}) {
  const asked = useSignal<StudentVersion | undefined>(undefined);
  const { versions } = group;
  if (versions.length === 0) return <p class="muted">{t('console.training.noVersions')}</p>;
  return (
    <>
      <h3>{t('console.training.versions')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-scroll" tabIndex={0} aria-label={t('console.training.versions')}>
        <table class="table training__versions">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`console.training.columns.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.id}
                version={version}
                parent={versions.find(({ id }) => id === version.parent)}
                mayChange={mayChange}
                onChanged={onChanged}
                onPromote={() => {
                  asked.value = version;
                }}
              />
            ))}
          </tbody>
        </table>
      </section>
      <p class="muted small">{t('console.training.thresholdNote')}</p>
      {asked.value && (
        <PromoteDialog
          version={asked.value}
          name={group.name}
          onDone={onChanged}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </>
  );
}

function VersionRow({
  version,
  parent,
  mayChange,
  onChanged,
  onPromote,
}: {
  version: StudentVersion;
  parent: StudentVersion | undefined;
  mayChange: boolean;
  onChanged: () => void;
  onPromote: () => void;
}) {
  const { number, state, lineage, trial } = version;
  const [trying, startTrial] = useTask(async () => {
    try {
      await tryOut(version.id);
      showToast({ state: 'ok', text: t('console.training.tried', { number }) });
    } catch (error) {
      showToast({ state: 'error', text: error instanceof Error ? error.message : String(error) });
    }
    onChanged();
  });
  const { people, crops, kiosk, before, after, threshold } = lineage;
  const usable = mayChange && version.kept && !version.excludedAt && state !== 'promoted';
  const percent = (share: number) => formatShare(share, 1);
  const measured = [
    { what: t('console.training.rounds.rank1'), was: percent(before.rank1), is: percent(after.rank1) },
    {
      what: t('console.training.rounds.tpir'),
      was: percent(before.tpirAtFpir),
      is: percent(after.tpirAtFpir),
    },
    {
      what: t('console.training.threshold'),
      was: formatNumber(threshold.before, 3),
      is: formatNumber(threshold.after, 3),
    },
  ];
  const label = (column: (typeof COLUMNS)[number]) => t(`console.training.columns.${column}`);
  return (
    <tr data-testid="student-version" data-state={state}>
      <th scope="row" data-label={label('version')}>
        {number}
        <span class="muted small">{formatTime(version.createdAt, Date.now())}</span>
      </th>
      <td data-label={label('state')}>
        <Badge state={STATES[state]}>{t(`console.training.versionStates.${state}`)}</Badge>
        <span class="muted small training__story">{storyOf(version)}</span>
      </td>
      <td data-label={label('from')}>
        {parent
          ? t('console.training.parent', { number: parent.number })
          : t('console.training.parentEmbedder')}
      </td>
      <td data-label={label('learnt')}>
        <span class="training__learnt">
          {t('console.training.learnt', {
            people: people.trained,
            crops: crops.enrolled + crops.confirmed,
            confirmed: crops.confirmed,
          })}
        </span>
        {kiosk && (
          <span class="muted small training__story">
            {t('console.training.byKiosk', {
              name: kiosk.backend ? `${kiosk.name} (${BACKENDS[kiosk.backend]})` : kiosk.name,
              before: formatShare(kiosk.before, 1),
              after: formatShare(kiosk.after, 1),
            })}
          </span>
        )}
      </td>
      <td data-label={label('measured')}>
        {measured.map(({ what, was, is }) => (
          <span key={what} class="training__measured">
            <span class="muted small">{what}</span>
            <span class="figure">{t('console.training.change', { before: was, after: is })}</span>
          </span>
        ))}
      </td>
      <td data-label={label('trial')}>
        {trial ? t('console.training.trial', { same: trial.same, compared: trial.compared }) : '–'}
      </td>
      <td>
        {usable && (
          <span class="buttons">
            {state !== 'shadow' && (
              <Button
                busy={trying.value.busy}
                aria-label={t('console.training.tryOutNamed', { number })}
                onClick={() => void startTrial()}
              >
                {t('console.training.tryOut')}
              </Button>
            )}
            <Button aria-label={t('console.training.promoteNamed', { number })} onClick={onPromote}>
              {t('console.training.promote')}
            </Button>
          </span>
        )}
      </td>
    </tr>
  );
}

function storyOf(version: StudentVersion): string {
  const { state, promotedAt, promotedBy, retiredAt, retiredBecause, retiredReason, excludedAt } = version;
  const time = (at: string) => formatTime(at, Date.now());
  if (excludedAt) return t('console.training.excluded');
  if (state === 'retired' && retiredAt) {
    const because = retiredReason ? retirementText(retiredReason) : (retiredBecause ?? '');
    return t('console.training.retired', { time: time(retiredAt), because });
  }
  if (promotedAt) return t('console.training.promotedBy', { time: time(promotedAt), by: promotedBy ?? '' });
  return '';
}

function PromoteDialog({
  version,
  name,
  onDone,
  onClose,
}: {
  version: StudentVersion;
  name: string;
  onDone: () => void;
  onClose: () => void;
}) {
  const { number } = version;
  const { before, after } = version.lineage;
  const worse = after.meanTpir <= before.meanTpir;
  const [task, run] = useTask(async () => {
    await promote(version.id, worse);
    showToast({ state: 'ok', text: t('console.training.promoted', { number }) });
    onDone();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.training.promoteTitle', { number })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant={worse ? 'danger' : 'primary'} busy={busy} onClick={() => void run()}>
            {t('console.training.promote')}
          </Button>
        </>
      }
    >
      <p>{t('console.training.promoteText', { name })}</p>
      {worse && (
        <Notice state="warning">
          <p>
            {t('console.training.promoteWorse', {
              before: formatShare(before.tpirAtFpir, 1),
              after: formatShare(after.tpirAtFpir, 1),
            })}
          </p>
        </Notice>
      )}
      {error && (
        <Notice state="error" live title={t('console.training.actionFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
