import type { z } from 'zod';
import {
  type RetirementReason,
  type RunReason,
  retirementReasonSchema,
  runReasonSchema,
} from '../../protocol/training-reasons.ts';

type Facts = Readonly<Record<string, string | number | null>>;

/** Puts facts in the places of their names: `Round {round}`. */
export function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, fact: string) => `${facts[fact]}`);
}

/** How runs ended: kept in these words. */
export const runWords = createWords<RunReason>(runReasonSchema, {
  'no-better': 'It did no better on the people held out, so nothing changes.',
  'on-trial': 'Version {version} is better on the people held out, and is on trial.',
  'by-hand': 'Version {version} is better on the people held out. Promote it by hand.',
  'not-tried': 'Version {version} is better on the people held out, but cannot be tried out now: {words}',
  'person-erased': 'Somebody whom it learnt from was erased.',
  'group-deleted': 'The group was deleted.',
  'group-paused': 'Training of this group was paused.',
  'other-server': 'Another server runs the trainings now.',
  'server-stopped': 'The server was stopped.',
  'cut-off': 'It was cut off: its server ended, or could not reach the database.',
  'redis-lost': 'Redis was started anew and has lost this run. Another one begins in a while.',
  'file-lost': 'The new version’s file is not in Redis any more.',
  'file-changed': 'The new version’s file is not the one that was measured.',
});

/** Why versions were retired: kept in these words. */
export const retirementWords = createWords<RetirementReason>(retirementReasonSchema, {
  replaced: 'version {version} took its place',
  'by-hand': 'rolled back by hand',
  'person-erased': 'somebody it learnt from was erased',
  'trial-other-names': 'in the trial it gave another name in {different} of {compared} crops',
  'trial-fewer-names': 'in the trial it named {fewer} crops fewer of {compared} than the version that serves',
  'more-unknown': 'unknown faces rose from {before} % to {now} % of the tracks',
  'lower-scores': 'the scores of named people fell from {before} to {now}',
});

/** Reasons as English sentences, to be written, and to be known again where they were kept. */
function createWords<Reason extends Facts & { code: string }>(
  schema: z.ZodType<Reason>,
  templates: Record<Reason['code'], string>,
) {
  const forms = Object.entries<string>(templates).map(([code, template]) => {
    const escaped = template.replace(/[.*+?^$()[\]\\|]/g, '\\$&');
    return { code, pattern: new RegExp(`^${escaped.replace(/\{(\w+)\}/g, '(?<$1>.+?)')}$`, 's') };
  });
  return {
    write: (reason: Reason): string => fill(templates[reason.code as Reason['code']], reason),
    /** @returns null for what was said in other words */
    read(sentence: string | null): Reason | null {
      for (const { code, pattern } of forms) {
        const found = sentence === null ? null : pattern.exec(sentence);
        if (!found) continue;
        const facts = Object.entries(found.groups ?? {}).map(([fact, text]) => [
          fact,
          fact === 'words' ? text : Number(text),
        ]);
        return schema.safeParse({ code, ...Object.fromEntries(facts) }).data ?? null;
      }
      return null;
    },
  };
}
