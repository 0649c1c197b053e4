import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { Person, PhotoReport } from '../../protocol/rest.ts';
import { ApiError, type EnrollResponse, type PhotoUpload } from './api.ts';
import { dropPhoto, type Photo } from './photos.ts';
import { usePhotos } from './use-photos.ts';
import { useTask } from './use-task.ts';

/** A photo that was sent. While it is refused and shows several faces, one can be chosen to send it again with. */
export type ReportedPhoto = { photo: Photo; report: PhotoReport; face: number | undefined };

export type PhotoBatch = {
  photos: Signal<readonly Photo[]>;
  /** What was said of the photos that were sent, in the order of the photos. */
  reported: readonly ReportedPhoto[];
  /** Photos to send: those that were not, and those with a newly chosen face. */
  pending: readonly Photo[];
  /** The person, once a photo of theirs was accepted. */
  person: ReadonlySignal<Person | undefined>;
  busy: boolean;
  error: ApiError | undefined;
  choose(photo: Photo, face: number): void;
  /**
   * @param options.to an enrolled person whose photos these are after all
   * @returns whether it went well
   */
  submit(options?: { to?: Pick<Person, 'id'> }): Promise<boolean>;
  /** Lets go of the photos that were sent: others of the same person follow. */
  forgetSent(): void;
  clear(): void;
};

/**
 * Photos of one person: picked, sent, reported one by one, and sent again where a face had to be chosen.
 * No photo that was accepted is sent twice, and a photo that failed leaves the others' reports as they are.
 */
export function usePhotoBatch(
  send: (upload: PhotoUpload, person: Pick<Person, 'id'> | undefined) => Promise<EnrollResponse>,
): PhotoBatch {
  const photos = usePhotos();
  const person = useSignal<Person | undefined>(undefined);
  /** Both by the photo's id. */
  const reports = useSignal<ReadonlyMap<number, PhotoReport>>(new Map());
  const faces = useSignal<ReadonlyMap<number, number>>(new Map());

  const pending = photos.value.filter(({ id }) => !reports.value.has(id) || faces.value.has(id));

  function note(sent: readonly Photo[], news: readonly PhotoReport[]): void {
    const noted = new Map(reports.value);
    const chosen = new Map(faces.value);
    for (const report of news) {
      const photo = sent[report.photo];
      if (!photo) continue;
      noted.set(photo.id, report);
      chosen.delete(photo.id);
    }
    reports.value = noted;
    faces.value = chosen;
  }

  const [task, run, reset] = useTask(async ({ to }: { to?: Pick<Person, 'id'> } = {}) => {
    try {
      const upload = {
        photos: pending.map(({ file }) => file),
        faces: Object.fromEntries(
          pending.flatMap(({ id }, position) => {
            const face = faces.value.get(id);
            return face === undefined ? [] : [[position, face]];
          }),
        ),
      };
      const answer = await send(upload, to ?? person.value);
      person.value = answer.person;
      note(pending, answer.photos);
    } catch (error) {
      if (error instanceof ApiError) note(pending, error.photos);
      throw error;
    }
  });

  return {
    photos,
    reported: photos.value.flatMap((photo) => {
      const report = reports.value.get(photo.id);
      return report ? [{ photo, report, face: faces.value.get(photo.id) }] : [];
    }),
    pending,
    person,
    busy: task.value.busy,
    error: task.value.error,
    choose(photo, face) {
      faces.value = new Map(faces.value).set(photo.id, face);
    },
    async submit(options) {
      await run(options);
      return task.peek().error === undefined;
    },
    forgetSent() {
      photos.value.filter(({ id }) => reports.value.has(id)).forEach(dropPhoto);
      photos.value = photos.value.filter(({ id }) => !reports.value.has(id));
      reports.value = new Map();
      faces.value = new Map();
      reset();
    },
    clear() {
      photos.value.forEach(dropPhoto);
      photos.value = [];
      person.value = undefined;
      reports.value = new Map();
      faces.value = new Map();
      reset();
    },
  };
}
