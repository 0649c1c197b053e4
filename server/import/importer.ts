import { FacewireError } from '../../protocol/errors.ts';
import type { Imported, ImportFields } from '../../protocol/imports.ts';
import type { LikelyDuplicate, PhotoReport } from '../../protocol/rest.ts';
import type { UploadedPhoto } from '../people/analyse-all.ts';
import type { Enroller } from '../people/enroll.ts';
import type { ImportIdentity, PeopleStore } from '../people/people.store.ts';

type There = { key: string; person: { id: string; name: string } };

const NO_PHOTOS = { accepted: 0, refused: [], unused: 0 };

/** Enrols the people of a list, one at a call, any number of calls at once; nobody twice. */
export type Importer = {
  /** Those of the list who are enrolled already. */
  there(people: readonly ImportIdentity[]): Promise<There[]>;
  /**
   * Enrols a person by those photos that can be used, unless they are there already. What is wrong with the person or
   * the photos is in the outcome.
   * @param input.by subject of the principal who imports
   * @throws {FacewireError} `workers-unavailable`, `redis-unavailable`, `database-unavailable`: the same may work later
   */
  import(input: ImportFields & { photos: readonly UploadedPhoto[]; by: string }): Promise<Imported>;
};

export function createImporter(dependencies: {
  /** Over the bulk lane, so that no live crop waits for an import. */
  enroller: Pick<Enroller, 'enroll'>;
  people: Pick<PeopleStore, 'findImported'>;
}): Importer {
  const { enroller, people } = dependencies;

  const there: Importer['there'] = async (identities) =>
    (await people.findImported(identities)).map(({ key, id, name }) => ({ key, person: { id, name } }));

  const alreadyThere = async ({ key, externalId, name }: ImportFields): Promise<Imported | undefined> => {
    const [found] = await there([{ key, externalId }]);
    return found && { key, name, outcome: 'already-there', person: found.person, ...NO_PHOTOS };
  };

  return {
    there,
    async import(input) {
      const known = await alreadyThere(input);
      if (known) return known;
      const { key, name, externalId, consent, duplicates, face, photos, by } = input;
      try {
        const { person, photos: reports } = await enroller.enroll({
          name,
          externalId,
          consent,
          duplicates: duplicates === 'allow' ? 'allow' : 'refuse',
          faces: face === 'largest' ? Object.fromEntries(photos.map((_, i) => [String(i), 0])) : {},
          photos,
          by,
          importKey: key,
        });
        const enrolled = { id: person.id, name: person.name };
        return { key, name, outcome: 'enrolled', person: enrolled, ...NO_PHOTOS, ...sorted(reports) };
      } catch (error) {
        const outcome = await outcomeOf(error, input);
        if (!outcome) throw error;
        return { key, name, ...NO_PHOTOS, ...outcome };
      }
    },
  };

  async function outcomeOf(
    error: unknown,
    input: ImportFields,
  ): Promise<(Omit<Partial<Imported>, 'outcome'> & Pick<Imported, 'outcome'>) | undefined> {
    if (!(error instanceof FacewireError)) return undefined;
    const { photos = [], people: alike = [] } = (error.details ?? {}) as {
      photos?: PhotoReport[];
      people?: LikelyDuplicate[];
    };
    switch (error.code) {
      case 'no-usable-photo':
        return {
          outcome: 'refused',
          message:
            photos.length === 1
              ? 'The photo cannot be used.'
              : `None of the ${photos.length} photos can be used.`,
          ...sorted(photos),
        };
      case 'likely-duplicate':
        // Or themselves, whom a run that was cut off has enrolled meanwhile.
        return (
          (await alreadyThere(input)) ?? {
            outcome: 'likely-duplicate',
            message: seemsToBe(alike),
            people: alike,
          }
        );
      case 'conflict':
        // Another run was quicker, by the same key or by the external id.
        return alreadyThere(input);
      default:
        return undefined;
    }
  }
}

function seemsToBe([best, ...others]: readonly LikelyDuplicate[]): string {
  const more = others.length > 0 ? ` (or ${others.map(({ name }) => name).join(', ')})` : '';
  return `Seems to be ${best?.name ?? 'somebody'}${more}, who is enrolled already.`;
}

function sorted(reports: readonly PhotoReport[]): Pick<Imported, 'accepted' | 'refused'> {
  const refused = reports.filter(({ accepted }) => !accepted);
  return {
    accepted: reports.length - refused.length,
    refused: refused.map(({ filename, reason, message, faces }) => ({
      filename,
      ...(reason ? { reason } : {}),
      message:
        reason === 'several-faces'
          ? `${faces?.length ?? 'Several'} faces were found. Use a photo of one person, or have the largest face taken.`
          : (message ?? 'It cannot be used.'),
    })),
  };
}
