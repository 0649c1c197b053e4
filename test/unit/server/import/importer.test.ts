import { describe, expect, it } from 'vitest';
import { FacewireError } from '../../../../protocol/errors.ts';
import { createImporter } from '../../../../server/import/importer.ts';

const ANN = '00000000-0000-4000-8000-000000000001';
const PERSON = {
  key: 'Ann',
  name: 'Ann',
  duplicates: 'skip',
  face: 'only',
  photos: [{ filename: 'a.jpg', bytes: new Uint8Array(1) }],
  by: 'test',
} as const;

/** An importer whose person turns up between the first look and the refusal by `error`, where `appears`. */
function importer(error: FacewireError, appears: boolean) {
  let looks = 0;
  return createImporter({
    enroller: { enroll: () => Promise.reject(error) },
    people: {
      findImported: () =>
        Promise.resolve(looks++ > 0 && appears ? [{ key: 'Ann', id: ANN, name: 'Ann' }] : []),
    },
  });
}

describe('the import of a person', () => {
  const alike = new FacewireError('likely-duplicate', 'This seems to be Ann.', {
    details: { people: [{ personId: ANN, name: 'Ann', score: 0.9 }] },
  });

  it('takes nobody for a duplicate of themselves, whom a run that was cut off has just enrolled', async () => {
    for (const error of [alike, new FacewireError('conflict', 'taken')]) {
      expect(await importer(error, true).import(PERSON)).toMatchObject({
        outcome: 'already-there',
        person: { id: ANN },
      });
    }
  });

  it('tells whom somebody resembles, and why photos are refused', async () => {
    expect(await importer(alike, false).import(PERSON)).toMatchObject({
      outcome: 'likely-duplicate',
      message: 'Seems to be Ann, who is enrolled already.',
      people: [{ personId: ANN }],
    });
    const photos = [
      { photo: 0, filename: 'a.jpg', accepted: false, reason: 'several-faces', faces: [{}, {}] },
    ];
    const unusable = new FacewireError('no-usable-photo', 'no', { details: { photos } });
    expect(await importer(unusable, false).import(PERSON)).toMatchObject({
      outcome: 'refused',
      refused: [{ filename: 'a.jpg', message: expect.stringContaining('2 faces were found') }],
    });
  });

  it('fails with what may work later', async () => {
    const away = new FacewireError('redis-unavailable', 'away');
    await expect(importer(away, false).import(PERSON)).rejects.toBe(away);
  });
});
