import { describe, expect, it } from 'vitest';
import { toIdentification } from '../../../../server/people/identify.ts';
import { compare } from '../../../../server/people/verify.ts';
import { analysedPhoto, lookalike, reportedFace } from '../../../support/analysed-photo.ts';
import { testEmbedding } from '../../../support/gallery.ts';

const model = {
  name: 'test-model',
  thresholds: [
    { fmr: 0.01, cosine: 0.34, extrapolated: false, fnmr: 0.005 },
    { fmr: 0.0001, cosine: 0.53, extrapolated: false, fnmr: 0.04 },
  ],
  verification: { slope: 20, intercept: -7.5 },
};
const person = testEmbedding(1);
const at = (cosine: number, fmr = 1e-4) =>
  compare({
    photos: [
      analysedPhoto('a.jpg', [reportedFace({ embedding: person })]),
      analysedPhoto('b.jpg', [reportedFace({ embedding: lookalike(person, 2, cosine) })]),
    ],
    fmr,
    model,
  });

describe('comparing two photos', () => {
  it('takes them for the same person from the threshold at FMR 1e-4 on', () => {
    expect(at(0.54)).toMatchObject({ same: true, threshold: 0.53, fmr: 1e-4, model: 'test-model' });
    expect(at(0.52)).toMatchObject({ same: false });
    expect(at(0.54).score).toBeCloseTo(0.54, 3);
  });

  it('is surer the more alike they are', () => {
    const probabilities = [-0.1, 0.3, 0.5, 0.9].map((cosine) => at(cosine).probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => a - b));
    expect(probabilities[0]).toBeLessThan(0.01);
    expect(probabilities[3]).toBeGreaterThan(0.99);
  });

  it('says that it is not sure rather than a bare yes or no where the photos leave it open', () => {
    expect([0.1, 0.4, 0.5, 0.6].map((cosine) => at(cosine).verdict)).toEqual([
      'different',
      'unsure',
      'unsure',
      'same',
    ]);
    // A loose threshold makes it a match, and no surer than before.
    expect(at(0.4, 1e-2)).toMatchObject({ same: true, verdict: 'unsure' });
  });

  it('goes by the rate that was asked for, and tells both rates of errors', () => {
    expect(at(0.4, 1e-2)).toMatchObject({ same: true, threshold: 0.34, fmr: 0.01, fnmr: 0.005 });
    expect(at(0.4)).toMatchObject({ same: false, threshold: 0.53, fmr: 0.0001 });
    expect(at(0.4).fnmr).toBeCloseTo(0.04, 9);
    const { fnmr: _, ...row } = model.thresholds[1] as (typeof model.thresholds)[number];
    const photos = [analysedPhoto('a.jpg', [reportedFace()]), analysedPhoto('b.jpg', [reportedFace()])];
    expect(compare({ photos, fmr: 1e-4, model: { ...model, thresholds: [row] } }).fnmr).toBeNull();
  });

  it('compares the faces that were chosen, and shows them as the model sees them', () => {
    const [ann, bob] = [testEmbedding(3), testEmbedding(4)];
    const group = analysedPhoto('group.jpg', [
      reportedFace({ embedding: bob }),
      reportedFace({ embedding: ann }),
    ]);
    const photos = [analysedPhoto('ann.jpg', [reportedFace({ embedding: ann, score: 0.3 })]), group];
    expect(() => compare({ photos, fmr: 1e-4, model })).toThrow(/group.jpg: 2 faces/);
    const compared = compare({ photos, faces: { 1: 1 }, fmr: 1e-4, model });
    expect(compared).toMatchObject({
      same: true,
      photos: [{ face: 0 }, { face: 1, width: 640, faces: [{}, {}] }],
    });
    expect(Buffer.from(compared.photos[1]?.crop ?? '', 'base64').toString()).toBe('crop');
    expect(compared.photos[0]?.hint).toMatch(/would make this surer/);
    expect(compared.photos[1]?.hint).toBeUndefined();
    expect(compare({ photos, faces: { 1: 0 }, fmr: 1e-4, model }).same).toBe(false);
    expect(() => compare({ photos, faces: { 2: 0 }, fmr: 1e-4, model })).toThrow(/names photo 2/);
  });

  it('is refused with the report of each when one cannot be used', () => {
    const photos = [analysedPhoto('a.jpg', [reportedFace()]), analysedPhoto('b.jpg', [])];
    expect(() => compare({ photos, fmr: 1e-4, model })).toThrow(
      expect.objectContaining({
        code: 'no-usable-photo',
        message: expect.stringContaining('b.jpg: No face'),
        details: {
          photos: [
            expect.objectContaining({ accepted: true }),
            expect.objectContaining({ reason: 'no-face' }),
          ],
        },
      }),
    );
  });
});

describe('identifying the faces of a photo', () => {
  const candidates = [
    { personId: '0e9f6a52-6a3e-4c27-9c1e-3f1f5c1f7b11', name: 'Ada', score: 0.8 },
    { personId: '1e9f6a52-6a3e-4c27-9c1e-3f1f5c1f7b11', name: 'Bob', score: 0.3 },
  ];
  const decided = (state: 'identified' | 'unknown' | 'ambiguous') => ({
    state,
    candidates,
    threshold: 0.5,
    confidence: 0.99,
    gallerySize: 2,
    galleryVersion: 2,
    model: 'test-model',
  });
  const faceOf = (...faces: Parameters<typeof reportedFace>) =>
    toIdentification(analysedPhoto('a.jpg', [reportedFace(...faces)]), 3).faces[0];

  it('names the best candidate, with the confidence', () => {
    const identified = faceOf({ decision: decided('identified') });
    expect(identified).toMatchObject({
      state: 'identified',
      person: { name: 'Ada' },
      confidence: 0.99,
      candidates,
    });
  });

  it.each(['unknown', 'ambiguous'] as const)('names nobody when the decision is %s', (state) => {
    const face = faceOf({ decision: decided(state) });
    expect(face).toMatchObject({ state, candidates });
    expect(face).not.toHaveProperty('person');
  });

  it('names nobody by a face that is too poor', () => {
    const refusal = { code: 'too-small', message: 'The face is too small.' };
    const face = faceOf({ decision: decided('identified'), refusal });
    expect(face).toMatchObject({ state: 'poor-quality', message: 'The face is too small.' });
    expect(face).not.toHaveProperty('person');
  });

  it('tells what is wrong with a file that is no picture', () => {
    const analysis = { outcome: 'refused', code: 'unreadable', message: 'Not a picture.' } as const;
    expect(toIdentification({ filename: 'a.txt', analysis }, 0)).toEqual({
      photo: 0,
      filename: 'a.txt',
      error: { reason: 'unreadable', message: 'Not a picture.' },
      faces: [],
    });
  });
});
