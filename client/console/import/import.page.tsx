import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { IMPORT_OUTCOMES, type Imported, type ImportPlan } from '../../../protocol/imports.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dropzone } from '../../ui/dropzone.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import type { UiState } from '../../ui/state.ts';
import { ApiError } from '../api.ts';
import { type FolderFile, filesOfDrop, filesOfInput } from '../evaluation/folder.ts';
import { PageHead } from '../page-head.tsx';
import { hrefOf, hrefOfPerson } from '../router.ts';
import { type How, planImport, runImport } from './run.ts';

const SHOWN = 200;
const STATES: Record<Imported['outcome'], UiState> = {
  enrolled: 'ok',
  'already-there': 'looking',
  'likely-duplicate': 'warning',
  refused: 'warning',
  failed: 'error',
};

/** Enrols the people of a folder: chosen, looked through, run with progress, reported person by person. */
export function ImportPage() {
  const files = useSignal<ReadonlyMap<string, File>>(new Map());
  const plan = useSignal<ImportPlan | undefined>(undefined);
  const how = useSignal<How>({ duplicates: 'skip', face: 'only' });
  const done = useSignal<readonly Imported[]>([]);
  const running = useSignal<AbortController | undefined>(undefined);
  const ended = useSignal<'complete' | 'stopped' | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);

  // Closing the page ends the run: it is said before, and choosing the folder again goes on.
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (running.peek()) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
      running.peek()?.abort();
    };
  }, []);

  async function attempt(work: () => Promise<void>): Promise<void> {
    error.value = undefined;
    try {
      await work();
    } catch (cause) {
      if (!(cause instanceof ApiError)) console.error(cause);
      error.value =
        cause instanceof ApiError
          ? cause
          : new ApiError({ code: 'unexpected', message: t('console.error.unexpected'), retryable: true });
    }
  }

  const take = (chosen: readonly FolderFile[]) =>
    attempt(async () => {
      const below = withoutTop(
        chosen.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.'))),
      );
      plan.value = undefined;
      done.value = [];
      ended.value = undefined;
      files.value = new Map(below.map(({ path, file }) => [path, file]));
      if (below.length > 0) plan.value = await planImport(below);
    });

  const start = (people: ImportPlan['people']) =>
    attempt(async () => {
      const control = new AbortController();
      running.value = control;
      ended.value = undefined;
      done.value = [];
      try {
        await runImport({
          people,
          files: files.value,
          how: how.value,
          signal: control.signal,
          onImported: (imported) => {
            done.value = [...done.value, imported];
          },
        });
        ended.value = 'complete';
      } catch (cause) {
        ended.value = 'stopped';
        if (!control.signal.aborted) throw cause;
      } finally {
        running.value = undefined;
      }
    });

  const people = plan.value?.people ?? [];
  return (
    <>
      <PageHead title={t('console.import.title')} lead={t('console.import.lead')} />
      <div class="column">
        <p>
          <a href={hrefOf('enrol')}>{t('console.import.one')}</a>
        </p>
        <Card title={t('console.import.folder')}>
          <div class="form">
            {!running.value && <FolderChoice onFiles={(chosen) => void take(chosen)} />}
            {plan.value && !running.value && people.length === 0 && (
              <Notice state="warning" title={t('console.import.nobody')} live />
            )}
            {people.length > 0 && (
              <p data-testid="import-plan">
                {t('console.import.found', { people: people.length, photos: photosOf(people) })}
              </p>
            )}
            {people.length > 0 && !running.value && (
              <>
                <CheckField
                  name="duplicates"
                  label={t('console.import.duplicates')}
                  hint={t('console.import.duplicatesHint')}
                  checked={how.value.duplicates === 'allow'}
                  onChecked={(checked) => {
                    how.value = { ...how.value, duplicates: checked ? 'allow' : 'skip' };
                  }}
                />
                <CheckField
                  name="face"
                  label={t('console.import.largest')}
                  hint={t('console.import.largestHint')}
                  checked={how.value.face === 'largest'}
                  onChecked={(checked) => {
                    how.value = { ...how.value, face: checked ? 'largest' : 'only' };
                  }}
                />
                <Button variant="primary" icon="enrol" onClick={() => void start(people)}>
                  {t('console.import.start')}
                </Button>
              </>
            )}
            {running.value && (
              <>
                <ProgressBar
                  label={t('console.import.running', { done: done.value.length, total: people.length })}
                  value={done.value.length / Math.max(1, people.length)}
                />
                <p class="muted small">{t('console.import.stay')}</p>
                <Button icon="cross" onClick={() => running.value?.abort()}>
                  {t('console.import.stop')}
                </Button>
              </>
            )}
          </div>
        </Card>
        {error.value && (
          <Notice state="error" title={t('console.import.failed')} live>
            <p>{error.value.message}</p>
            <p>{t('console.import.again')}</p>
          </Notice>
        )}
        {ended.value === 'stopped' && !error.value && (
          <Notice state="warning" title={t('console.import.stopped')} live>
            <p>{t('console.import.again')}</p>
          </Notice>
        )}
        {(plan.value?.problems.length ?? 0) > 0 && <Problems problems={plan.value?.problems ?? []} />}
        {done.value.length > 0 && <Report people={done.value} />}
      </div>
    </>
  );
}

function FolderChoice({ onFiles }: { onFiles: (files: readonly FolderFile[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // No attribute of HTML, so neither of its types; every browser has it.
    input.current?.setAttribute('webkitdirectory', '');
  }, []);
  return (
    <Dropzone onDrop={(dropped) => void filesOfDrop(dropped).then(onFiles)}>
      <Button icon="upload" onClick={() => input.current?.click()}>
        {t('console.import.choose')}
      </Button>
      <p class="field__hint">{t('console.import.hint')}</p>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('console.import.choose')}
        onChange={(event) => {
          onFiles(filesOfInput(event.currentTarget.files ?? []));
          event.currentTarget.value = '';
        }}
      />
    </Dropzone>
  );
}

function Problems({ problems }: { problems: ImportPlan['problems'] }) {
  return (
    <Card title={t('console.import.problems', { count: problems.length })}>
      <ul class="advice">
        {problems.slice(0, SHOWN).map(({ subject, message }, i) => (
          <li key={i}>
            {subject} {message}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Report({ people }: { people: readonly Imported[] }) {
  const missing = people.filter(({ outcome }) => outcome !== 'enrolled' && outcome !== 'already-there');
  const shown = [...missing, ...people.filter((one) => !missing.includes(one))].slice(0, SHOWN);
  return (
    <Card
      title={t('console.import.report')}
      aside={
        <Button icon="copy" onClick={() => save(people)}>
          {t('console.import.download')}
        </Button>
      }
    >
      <p class="import-counts" data-testid="import-counts">
        {IMPORT_OUTCOMES.map((outcome) => (
          <Badge key={outcome} state={STATES[outcome]}>
            {t(`console.import.outcome.${outcome}`)} {people.filter((one) => one.outcome === outcome).length}
          </Badge>
        ))}
      </p>
      <div class="import-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('console.import.person')}</th>
              <th scope="col">{t('console.import.result')}</th>
              <th scope="col">{t('console.import.photos')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.key} data-testid="imported" data-outcome={one.outcome}>
                <td>{one.person ? <a href={hrefOfPerson(one.person.id)}>{one.name}</a> : one.name}</td>
                <td>
                  <Badge state={STATES[one.outcome]}>{t(`console.import.outcome.${one.outcome}`)}</Badge>
                  {one.message && <span class="small"> {one.message}</span>}
                </td>
                <td class="small">
                  {one.accepted > 0 && t('console.import.accepted', { count: one.accepted })}
                  {one.refused.map(({ filename, reason, message }) => (
                    <div key={filename}>
                      {filename}: {reason ? t(`console.enrol.reason.${reason}`) : message}
                    </div>
                  ))}
                  {one.unused > 0 && <div>{t('console.import.unused', { count: one.unused })}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {people.length > SHOWN && <p class="muted small">{t('console.import.rest', { count: SHOWN })}</p>}
    </Card>
  );
}

/** The report as a file, with everybody. */
function save(people: readonly Imported[]): void {
  const url = URL.createObjectURL(
    new Blob([JSON.stringify({ people }, null, 2)], { type: 'application/json' }),
  );
  const link = Object.assign(document.createElement('a'), { href: url, download: 'import-report.json' });
  link.click();
  URL.revokeObjectURL(url);
}

/** Paths below the chosen folder, as the command sees them: the folder's own name tells nobody apart. */
function withoutTop(files: readonly FolderFile[]): FolderFile[] {
  const top = files[0]?.path.split('/')[0];
  const common = files.every(({ path }) => path.includes('/') && path.split('/')[0] === top);
  return common
    ? files.map(({ path, file }) => ({ path: path.slice(path.indexOf('/') + 1), file }))
    : [...files];
}

function photosOf(people: ImportPlan['people']): number {
  return people.reduce((sum, { photos }) => sum + photos.length, 0);
}
