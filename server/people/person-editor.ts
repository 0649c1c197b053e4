import { PUBLISH_WAIT_MS } from './enroll.ts';
import type { GalleryPublisher } from './gallery-publisher.ts';
import type { MergeStore } from './merge.store.ts';
import type { PersonChangesStore } from './person-changes.store.ts';
import type { Told } from './person-lock.ts';

/** The changes of {@link PersonChangesStore} and {@link MergeStore}, told to the workers and to live labels. */
export type PersonEditor = PersonChangesStore & MergeStore;

export function createPersonEditor(dependencies: {
  changes: PersonChangesStore;
  merges: MergeStore;
  gallery: Pick<GalleryPublisher, 'publishWithin'>;
  /** Told at once whose labels are to be looked at anew, and from which version of the gallery on answers count. */
  onChanged?: (personIds: readonly string[], galleryVersion: number) => void;
}): PersonEditor {
  const { changes, merges, gallery, onChanged } = dependencies;
  const tell = async <T extends Told<object>>(result: T | undefined): Promise<T | undefined> => {
    if (!result) return undefined;
    onChanged?.(result.changed, result.galleryVersion);
    if (result.changed.length > 0) await gallery.publishWithin(PUBLISH_WAIT_MS);
    return result;
  };
  return {
    details: (id) => changes.details(id),
    history: (id) => changes.history(id),
    change: async (input) => tell(await changes.change(input)),
    removePhoto: async (input) => tell(await changes.removePhoto(input)),
    movePhoto: async (input) => tell(await changes.movePhoto(input)),
    merge: async (input) => tell(await merges.merge(input)),
    undo: async (input) => tell(await merges.undo(input)),
  };
}
