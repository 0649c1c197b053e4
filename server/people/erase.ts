import type { z } from 'zod';
import type { ErasurePreview, erasureReceiptSchema } from '../../protocol/rest.ts';
import { PUBLISH_WAIT_MS } from './enroll.ts';
import type { GalleryPublisher } from './gallery-publisher.ts';
import type { PeopleStore } from './people.store.ts';

type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;

export type Eraser = {
  /**
   * Forgets a person: rows, templates and reference crops in the database, the record that workers read.
   * What stays is the id, in the gallery's log and in the audit.
   * @returns `undefined` when there is no such person
   */
  erase(input: { id: string; by: string }): Promise<ErasureReceipt | undefined>;
  /** What erasing would delete, for whoever is about to decide. */
  preview(id: string): Promise<ErasurePreview | undefined>;
};

export function createEraser(dependencies: {
  people: PeopleStore;
  gallery: GalleryPublisher;
  /** Told at once who is gone, and the version of the gallery from which on no worker knows them. */
  onErased?: (personId: string, galleryVersion: number) => void;
}): Eraser {
  const { people, gallery, onErased } = dependencies;
  return {
    preview: (id) => people.erasurePreview(id),

    async erase({ id, by }) {
      const erased = await people.erase({ id, by });
      if (!erased) return undefined;
      onErased?.(id, erased.galleryVersion);
      await gallery.publishWithin(PUBLISH_WAIT_MS);
      return { personId: id, erasedAt: new Date().toISOString(), ...erased };
    },
  };
}
