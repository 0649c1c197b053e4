import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { KiosksCard } from '../kiosks-card.tsx';
import { ModelsCard } from '../models-card.tsx';
import { PageHead } from '../page-head.tsx';
import { hrefOf, subject } from '../router.ts';
import { WebhooksCard } from '../webhooks-card.tsx';
import { AuditSection } from './audit-section.tsx';
import { HealthSection } from './parts.tsx';
import { QueuesSection } from './queues-card.tsx';
import { RetentionCard } from './retention-card.tsx';
import { TokensCard } from './tokens-card.tsx';
import { UsersCard } from './users-card.tsx';

/** The sections in the order of their tabs: `#/admin/NAME`. */
const SECTIONS = {
  kiosks: KiosksCard,
  users: UsersCard,
  tokens: TokensCard,
  models: ModelsCard,
  webhooks: WebhooksCard,
  settings: RetentionCard,
  health: HealthSection,
  queues: QueuesSection,
  audit: AuditSection,
} as const satisfies Record<string, ComponentType>;
type Section = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as Section[];

/** What administrators alone may do, a section at a time; `#/admin` opens the first. */
export function AdminPage() {
  const current = NAMES.find((name) => name === subject.value) ?? 'kiosks';
  const Current = SECTIONS[current];
  return (
    <>
      <PageHead title={t('console.admin.title')} lead={t(`console.admin.leads.${current}`)} />
      <Tabs current={current} />
      <Current />
    </>
  );
}

function Tabs({ current }: { current: Section }) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav class="tabs" aria-label={t('console.admin.sections')} ref={nav}>
      {NAMES.map((name) => (
        <a
          key={name}
          class="tabs__link"
          href={`${hrefOf('admin')}/${name}`}
          aria-current={name === current ? 'page' : undefined}
        >
          {t(`console.admin.tabs.${name}`)}
        </a>
      ))}
    </nav>
  );
}
