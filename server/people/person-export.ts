import type { PersonDetails } from '../../protocol/people.ts';
import { SIGHTING_LIMITS } from '../../protocol/sightings.ts';
import type { EnrolledStore } from '../operating-point/enrolled.store.ts';
import type { SightingStore } from '../sightings/sighting.store.ts';
import type { PersonChangesStore } from './person-changes.store.ts';

const PAGE = 100;

export type PersonExporter = {
  /**
   * Everything that is kept of a person as JSON (`personExportSchema`), piece by piece: sightings may be many.
   * @returns `undefined` when there is no such person
   */
  export(input: { id: string; templates: boolean }): Promise<AsyncGenerator<string> | undefined>;
};

export function createPersonExporter(dependencies: {
  people: Pick<PersonChangesStore, 'details'>;
  enrolled: Pick<EnrolledStore, 'crop' | 'template'>;
  sightings: Pick<SightingStore, 'list' | 'crop'>;
}): PersonExporter {
  const { people, enrolled, sightings } = dependencies;

  async function* photosOf({ id, photos }: PersonDetails, templates: boolean) {
    for (const photo of photos) {
      const crop = await enrolled.crop(id, photo.id);
      if (!crop) continue; // Moved or deleted while this is being read.
      const template = templates ? await enrolled.template(id, photo.id) : undefined;
      yield { ...photo, crop: crop.toString('base64'), ...(template ? { template: [...template] } : {}) };
    }
  }

  async function* sightingsOf(person: string) {
    let after: string | undefined;
    for (let rows = 0; rows < SIGHTING_LIMITS.exported; rows += PAGE) {
      const page = await sightings.list({ person, limit: PAGE, after });
      for (const sighting of page.sightings) {
        const { id, at, until, stream, streamName, confidence, evidence, confirmation } = sighting;
        const crop = await sightings.crop(id);
        yield {
          id,
          from: at,
          until: until ?? null,
          kioskId: stream,
          kiosk: streamName,
          confidence: confidence ?? null,
          evidence: evidence ?? null,
          confirmation: confirmation ?? null,
          crop: crop?.toString('base64') ?? null,
        };
      }
      if (!page.next) return;
      after = page.next;
    }
  }

  async function* write(details: PersonDetails, templates: boolean) {
    const { photos: _, merges, bestPhoto: __, lastSeen: ___, quality: ____, ...person } = details;
    const head = { exportedAt: new Date().toISOString(), person, mergedFrom: merges };
    yield JSON.stringify(head).slice(0, -1);
    yield* list('photos', photosOf(details, templates));
    yield* list('sightings', sightingsOf(details.id));
    yield '}\n';
  }

  return {
    async export({ id, templates }) {
      const details = await people.details(id);
      return details && write(details, templates);
    },
  };
}

/** `,"name":[…]`, an element at a time. */
async function* list(name: string, elements: AsyncIterable<object>) {
  yield `,"${name}":[`;
  let first = true;
  for await (const element of elements) {
    yield `${first ? '' : ','}${JSON.stringify(element)}`;
    first = false;
  }
  yield ']';
}
