import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { StatusDot } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState } from '../ui/message.tsx';
import {
  AddKioskDialog,
  EditKioskDialog,
  PairKioskDialog,
  RevokeKioskDialog,
} from './admin/kiosk-dialogs.tsx';
import { createLink, type Kiosk, listKiosks } from './api.ts';
import { formatDate } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { NewLinkDialog } from './link-dialog.tsx';
import { parameters } from './router.ts';
import { useTask } from './use-task.ts';

/** A kiosk that was just paired or changed comes online by itself. */
const LOAD_EVERY_MS = 3000;

type Opened =
  | { kind: 'add' }
  | { kind: 'pair'; code: string }
  | { kind: 'edit' | 'link' | 'revoke'; kiosk: Kiosk };

/** Kiosks: who may send crops, how to add or pair one, what it may do, and how to shut one out. */
export function KiosksCard() {
  const scanned = parameters.value.get('pair');
  const opened = useSignal<Opened | undefined>(scanned ? { kind: 'pair', code: scanned } : undefined);
  const open = (next: Opened) => {
    opened.value = next;
  };
  const [task, load] = useTask(listKiosks);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOAD_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  const { value: kiosks, error } = task.value;
  return (
    <Card
      title={t('console.kiosks.title')}
      aside={
        <div class="buttons">
          <Button icon="plus" onClick={() => open({ kind: 'add' })}>
            {t('console.kiosks.add')}
          </Button>
          <Button variant="primary" icon="pair" onClick={() => open({ kind: 'pair', code: '' })}>
            {t('console.kiosks.pairByCode')}
          </Button>
        </div>
      }
    >
      {error ? (
        <ErrorState title={t('console.kiosks.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !kiosks ? (
        <LoadingState />
      ) : kiosks.length === 0 ? (
        <EmptyState icon="streams" title={t('console.kiosks.emptyTitle')}>
          {t('console.kiosks.empty')}
        </EmptyState>
      ) : (
        <ul class="rows rows--inset" onKeyDown={moveByArrows}>
          {kiosks.map((kiosk) => (
            <KioskRow key={kiosk.id} kiosk={kiosk} onOpen={(kind) => open({ kind, kiosk })} />
          ))}
        </ul>
      )}
      {opened.value && (
        <OpenedDialog
          opened={opened.value}
          onDone={() => void load()}
          onClose={() => {
            opened.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function KioskRow({ kiosk, onOpen }: { kiosk: Kiosk; onOpen: (what: 'edit' | 'link' | 'revoke') => void }) {
  const { name, place, policy, createdAt, online } = kiosk;
  const facts = [
    place,
    policy.video && t('console.kiosks.videoAllowed'),
    policy.training && t('console.kiosks.trainingAllowed'),
    t('console.kiosks.since', { date: formatDate(createdAt) }),
  ];
  const actions = [
    { what: 'edit', icon: 'edit', label: t('console.kiosks.editNamed', { name }) },
    { what: 'link', icon: 'key', label: t('console.kiosks.newLinkNamed', { name }) },
    { what: 'revoke', icon: 'trash', label: t('console.kiosks.revokeNamed', { name }) },
  ] as const;
  return (
    <li class="row row--kiosk" data-testid="kiosk" data-kiosk-id={kiosk.id}>
      <div class="row__what row__what--stacked">
        <span class="row__title truncate" title={name}>
          {name}
        </span>
        <span class="muted small truncate">{facts.filter(Boolean).join(' · ')}</span>
      </div>
      <StatusDot state={online ? 'online' : 'offline'} />
      <div class="row__actions">
        {actions.map(({ what, icon, label }) => (
          <Button
            key={what}
            variant="quiet"
            icon={icon}
            data-arrow-stop
            aria-label={label}
            title={label}
            onClick={() => onOpen(what)}
          />
        ))}
      </div>
    </li>
  );
}

function OpenedDialog({ opened, ...rest }: { opened: Opened; onDone: () => void; onClose: () => void }) {
  switch (opened.kind) {
    case 'add':
      return <AddKioskDialog {...rest} />;
    case 'pair':
      return <PairKioskDialog code={opened.code} {...rest} />;
    case 'edit':
      return <EditKioskDialog kiosk={opened.kiosk} {...rest} />;
    case 'revoke':
      return <RevokeKioskDialog kiosk={opened.kiosk} {...rest} />;
    case 'link':
      return (
        <NewLinkDialog
          name={opened.kiosk.name}
          make={() => createLink({ role: 'kiosk', kioskId: opened.kiosk.id })}
          onClose={rest.onClose}
        />
      );
  }
}
