import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Role } from '../../../protocol/rest.ts';
import type { StudentGroup } from '../../../protocol/student-versions.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/message.tsx';
import { PageHead } from '../page-head.tsx';
import { useTask } from '../use-task.ts';
import { listGroups } from './calls.ts';
import { GroupCard } from './group-card.tsx';
import { GroupDialog } from './group-dialog.tsx';

const LOAD_EVERY_MS = 3000;

/** Groups of cameras with a student of their own: what trains, what came of it, which version serves. */
export function TrainingPage({ role }: { role: Role }) {
  const dialog = useSignal<{ group: StudentGroup | undefined } | undefined>(undefined);
  const [task, load] = useTask(listGroups);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOAD_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const mayChange = role === 'admin';
  const add = mayChange && (
    <Button
      variant="primary"
      icon="plus"
      onClick={() => {
        dialog.value = { group: undefined };
      }}
    >
      {t('console.training.add')}
    </Button>
  );
  const { value: groups, error } = task.value;
  return (
    <>
      <PageHead title={t('console.training.title')} lead={t('console.training.lead')}>
        {groups && groups.length > 0 && add}
      </PageHead>
      {error ? (
        <ErrorState title={t('console.training.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !groups ? (
        <LoadingState />
      ) : groups.length === 0 ? (
        <EmptyState icon="evaluation" title={t('console.training.emptyTitle')} actions={add}>
          {t('console.training.empty')}
        </EmptyState>
      ) : (
        <div class="training">
          {groups.map((group) => (
            <GroupCard
              key={group.id}
              group={group}
              mayChange={mayChange}
              onChanged={() => void load()}
              onEdit={() => {
                dialog.value = { group };
              }}
            />
          ))}
        </div>
      )}
      {dialog.value && (
        <GroupDialog
          group={dialog.value.group}
          onSaved={() => void load()}
          onClose={() => {
            dialog.value = undefined;
          }}
        />
      )}
    </>
  );
}
