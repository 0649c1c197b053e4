import type { Suggestion, UnknownAssigned, UnknownGroup } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { showToast } from '../ui/toast.tsx';
import { ApiError } from './api.ts';
import { offerUndo } from './person-undo.ts';
import { assignUnknown, denyUnknown, ignoreUnknown, undoAssignment } from './unknown-calls.ts';

/** A change of a group that needs no dialog: done, told, with a way back; a failure is told too. */
async function change(options: {
  run: () => Promise<string>;
  undo: () => Promise<unknown>;
  onChanged: () => void;
}): Promise<boolean> {
  const { run, undo, onChanged } = options;
  try {
    offerUndo({ text: await run(), undo, onUndone: onChanged });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast({ state: 'error', text: t('console.unknowns.actionFailed', { reason: error.message }) });
    return false;
  } finally {
    onChanged();
  }
}

type Group = Pick<UnknownGroup, 'id' | 'ignored'>;

/** Sets a group aside, or shows it again. @returns whether it was done */
export function toggleIgnored({ id, ignored }: Group, onChanged: () => void): Promise<boolean> {
  const aside = ignored === null;
  return change({
    run: async () => {
      await ignoreUnknown(id, aside);
      return aside ? t('console.unknowns.ignored') : t('console.unknowns.shown');
    },
    undo: () => ignoreUnknown(id, !aside),
    onChanged,
  });
}

/** Rules a suggested person out. @returns whether it was done */
export function deny({ id }: Group, { person }: Suggestion, onChanged: () => void): Promise<boolean> {
  return change({
    run: async () => {
      await denyUnknown(id, person.id, true);
      return t('console.unknowns.wasDenied', { name: person.name });
    },
    undo: () => denyUnknown(id, person.id, false),
    onChanged,
  });
}

/** Gives all sightings to a suggested person, without a photo. @returns whether it was done */
export function accept({ id }: Group, { person }: Suggestion, onChanged: () => void): Promise<boolean> {
  let assignment = '';
  return change({
    run: async () => {
      const assigned = await assignUnknown(id, { person: person.id, photos: [] });
      assignment = assigned.assignment;
      return t('console.unknowns.assigned', { count: assigned.sightings, name: assigned.person.name });
    },
    undo: () => undoAssignment(assignment),
    onChanged,
  });
}

/** Says what came of an assignment, photos included, with a way back. */
export function tellAssigned(assigned: UnknownAssigned, first: string, onUndone: () => void): void {
  const { assignment, photos } = assigned;
  const taken = photos.filter(({ accepted }) => accepted).length;
  const refused = photos.filter(({ accepted }) => !accepted);
  const text = [
    first,
    ...(taken > 0 ? [t('console.unknowns.photosTaken', { count: taken })] : []),
    ...(refused.length > 0
      ? [
          t('console.unknowns.photosRefused', {
            count: refused.length,
            reason: refused[0]?.message ?? '',
          }),
        ]
      : []),
  ].join(' ');
  offerUndo({ text, undo: () => undoAssignment(assignment), onUndone });
}
