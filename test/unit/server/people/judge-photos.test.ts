import { describe, expect, it } from 'vitest';
import type { PhotoFace } from '../../../../protocol/jobs.ts';
import { judgePhotos } from '../../../../server/people/judge-photos.ts';
import { analysedPhoto, lookalike, reportedFace } from '../../../support/analysed-photo.ts';
import { testEmbedding } from '../../../support/gallery.ts';

const model = {
  thresholds: [
    { fmr: 0.01, cosine: 0.34, extrapolated: false },
    { fmr: 0.0001, cosine: 0.53, extrapolated: false },
  ],
};
type Input = Parameters<typeof judgePhotos>[0];
const judge = (
  photos: Input['photos'],
  faces: Record<string, number> = {},
  more: Pick<Input, 'known' | 'room' | 'self'> = {},
) => judgePhotos({ photos, faces, model, ...more });
const photo = (...faces: PhotoFace[]) => analysedPhoto('photo.jpg', faces);

describe('one photo', () => {
  it('is accepted with one good face', () => {
    const { reports, accepted } = judge([photo(reportedFace())]);
    expect(reports).toMatchObject([
      { photo: 0, filename: 'photo.jpg', accepted: true, quality: { score: 0.8 } },
    ]);
    expect(accepted).toMatchObject([{ photo: 0, model: 'mobilefacenet-192' }]);
  });

  it('is refused without a face', () => {
    const { reports, accepted } = judge([photo()]);
    expect(reports).toMatchObject([{ accepted: false, reason: 'no-face', faces: [] }]);
    expect(accepted).toEqual([]);
  });

  it('is refused with several faces, and tells their boxes', () => {
    const { reports } = judge([photo(reportedFace(), reportedFace())]);
    expect(reports[0]).toMatchObject({ accepted: false, reason: 'several-faces' });
    expect(reports[0]?.faces).toHaveLength(2);
    expect(reports[0]?.message).toContain('{"0": 0}');
  });

  it('is accepted with several faces when one is chosen', () => {
    const second = testEmbedding(2);
    const { reports, accepted } = judge([photo(reportedFace(), reportedFace({ embedding: second }))], {
      0: 1,
    });
    expect(reports[0]).toMatchObject({ accepted: true });
    expect(accepted[0]?.embedding).toEqual(second);
  });

  it.each([
    ['a face that is not there', { 0: 2 }, 'which has 2'],
    ['a photo that is not there', { 4: 0 }, 'the photos are 0 to 0'],
  ])('fails as a whole when the choice names %s', (_what, faces, message) => {
    expect(() => judge([photo(reportedFace(), reportedFace())], faces)).toThrow(
      expect.objectContaining({ code: 'validation', message: expect.stringContaining(message) }),
    );
  });

  it('is refused for the reason that the worker gives', () => {
    const refusal = { code: 'blurred', message: 'The face is blurred.' };
    const { reports } = judge([photo(reportedFace({ refusal }))]);
    expect(reports[0]).toMatchObject({ accepted: false, reason: 'blurred', message: 'The face is blurred.' });
  });

  it('is refused when it is not a picture', () => {
    const analysis = { outcome: 'refused', code: 'unreadable', message: 'Not a picture.' } as const;
    const { reports } = judge([{ filename: 'notes.txt', analysis }]);
    expect(reports).toMatchObject([{ filename: 'notes.txt', accepted: false, reason: 'unreadable' }]);
  });

  it('fails as a whole when no worker has finished it', () => {
    const analysis = { outcome: 'dropped', reason: 'failed' } as const;
    expect(() => judge([{ filename: 'a.jpg', analysis }])).toThrow(
      expect.objectContaining({ code: 'workers-unavailable', message: expect.stringContaining('a.jpg') }),
    );
  });
});

describe('photos of one person', () => {
  const person = testEmbedding(1);
  const like = (seed: number, score = 0.8) =>
    photo(reportedFace({ embedding: lookalike(person, seed, 0.8), score }));
  const stranger = (score = 0.8) => photo(reportedFace({ embedding: testEmbedding(99), score }));

  it('are all accepted', () => {
    expect(judge([like(2), like(3), like(4)]).accepted).toHaveLength(3);
  });

  it('are told from the one of somebody else, wherever it stands', () => {
    for (const place of [0, 1, 2]) {
      const photos = [like(2), like(3)];
      photos.splice(place, 0, stranger(1));
      const { reports, accepted } = judge(photos);
      expect(reports.map(({ reason }) => reason)).toEqual(
        [0, 1, 2].map((index) => (index === place ? 'unlike-the-others' : undefined)),
      );
      expect(accepted.map(({ photo }) => photo)).toEqual([0, 1, 2].filter((index) => index !== place));
    }
  });

  it('when there are but two and they differ, are told by the better one', () => {
    const { reports, accepted } = judge([stranger(0.4), like(2, 0.9)]);
    expect(accepted.map(({ photo }) => photo)).toEqual([1]);
    expect(reports[0]).toMatchObject({ accepted: false, reason: 'unlike-the-others' });
    expect(reports[0]?.message).toContain('photo 1');
  });
});

describe('photos of a person who is known', () => {
  const person = testEmbedding(1);
  const known = [2, 3].map((seed) => ({ embedding: lookalike(person, seed, 0.8), quality: 0.8 }));
  const like = (seed: number, score = 0.8) =>
    photo(reportedFace({ embedding: lookalike(person, seed, 0.8), score }));
  const stranger = (seed: number) =>
    photo(reportedFace({ embedding: lookalike(testEmbedding(99), seed, 0.9), score: 1 }));
  const reasons = (judged: ReturnType<typeof judge>) => judged.reports.map(({ reason }) => reason);

  it('are accepted when they are like the templates', () => {
    expect(judge([like(4)], {}, { known }).accepted).toHaveLength(1);
  });

  it('are refused when they are unlike them, however many agree with each other', () => {
    const judged = judge([stranger(5), stranger(6), like(4), stranger(7)], {}, { known });
    expect(reasons(judged)).toEqual([
      'unlike-the-others',
      'unlike-the-others',
      undefined,
      'unlike-the-others',
    ]);
    expect(judged.accepted.map(({ photo }) => photo)).toEqual([2]);
    expect(judged.reports[0]?.message).toContain('enrolled before');
  });

  it('are taken while there is room, the best first', () => {
    const judged = judge([like(4, 0.5), like(5, 0.9), like(6, 0.7)], {}, { known, room: 2 });
    expect(reasons(judged)).toEqual(['too-many', undefined, undefined]);
    expect(judged.reports[0]).toMatchObject({
      accepted: false,
      message: expect.stringMatching(/at most 20 .* room for 2 more/),
    });
  });

  it('do not take the room of better ones when they are of somebody else', () => {
    expect(reasons(judge([stranger(5), like(4)], {}, { known, room: 1 }))).toEqual([
      'unlike-the-others',
      undefined,
    ]);
  });

  it('are all refused when there is no room', () => {
    const judged = judge([like(4)], {}, { known, room: 0 });
    expect(judged.accepted).toEqual([]);
    expect(judged.reports[0]).toMatchObject({
      reason: 'too-many',
      message: expect.stringContaining('this one has them'),
    });
  });
});

describe('the same picture', () => {
  const person = testEmbedding(1);
  const saved = (seed: number, score: number) =>
    photo(reportedFace({ embedding: lookalike(person, seed, 0.998), score }));
  const reasons = (judged: ReturnType<typeof judge>) => judged.reports.map(({ reason }) => reason);

  it('is taken once, in its best quality', () => {
    const judged = judge([saved(2, 0.5), saved(3, 0.9)]);
    expect(reasons(judged)).toEqual(['repeats-another', undefined]);
    expect(judged.reports[0]?.message).toContain('photo 1');
  });

  it('is not taken again when it is enrolled', () => {
    const judged = judge([saved(2, 0.9)], {}, { known: [{ embedding: person, quality: 1 }] });
    expect(reasons(judged)).toEqual(['repeats-another']);
    expect(judged.reports[0]?.message).toContain('enrolled already');
  });
});

describe('more photos than room', () => {
  it('are chosen for their difference as well as their quality', () => {
    const person = testEmbedding(1);
    const first = lookalike(person, 2, 0.8);
    const photos = [
      photo(reportedFace({ embedding: first, score: 0.9 })),
      photo(reportedFace({ embedding: lookalike(first, 3, 0.97), score: 0.88 })),
      photo(reportedFace({ embedding: lookalike(person, 4, 0.8), score: 0.6 })),
    ];
    const { accepted, reports } = judge(photos, {}, { room: 2 });
    expect(accepted.map((one) => one.photo)).toEqual([0, 2]);
    expect(reports[1]).toMatchObject({ reason: 'too-many' });
  });
});

describe('photos like somebody else who is enrolled', () => {
  const person = testEmbedding(1);
  const ann = { personId: '00000000-0000-4000-8000-000000000001', name: 'Ann' };
  /** A photo at these cosines to the person and, as the workers found, to Ann. */
  const seen = (seed: number, options: { like: number; ann: number; score?: number }) =>
    photo(
      reportedFace({
        embedding: lookalike(person, seed, options.like),
        score: options.score ?? 0.8,
        decision: {
          state: 'unknown',
          candidates: [{ ...ann, score: options.ann }],
          threshold: 0.5,
          gallerySize: 10,
          galleryVersion: 1,
          model: 'mobilefacenet-192',
        },
      }),
    );
  const reasons = (judged: ReturnType<typeof judge>) => judged.reports.map(({ reason }) => reason);

  it('are refused by her name when the others are not like her', () => {
    const judged = judge([seen(2, { like: 0.9, ann: 0 }), seen(3, { like: 0.1, ann: 0.8 })]);
    expect(reasons(judged)).toEqual([undefined, 'looks-like-another']);
    expect(judged.reports[1]?.message).toContain('Ann');
  });

  it('are the ones that go when two differ, however good they are', () => {
    const judged = judge([
      seen(2, { like: 0.1, ann: 0.8, score: 1 }),
      seen(3, { like: 0.9, ann: 0, score: 0.3 }),
    ]);
    expect(reasons(judged)).toEqual(['looks-like-another', undefined]);
  });

  it('stay when all of them are: that is a question about the person, not about a photo', () => {
    const photos = [2, 3, 4].map((seed) => seen(seed, { like: 0.9, ann: 0.9 }));
    expect(judge(photos).accepted).toHaveLength(3);
  });

  it('stay when they are more like the others', () => {
    const photos = [seen(2, { like: 0.95, ann: 0.6 }), seen(3, { like: 0.95, ann: 0 })];
    expect(judge(photos).accepted).toHaveLength(2);
  });

  it('are no fault when the person is Ann herself', () => {
    const known = [{ embedding: lookalike(person, 9, 0.7), quality: 1 }];
    const hers = seen(2, { like: 0.55, ann: 0.9 });
    expect(judge([hers], {}, { known, self: ann.personId }).accepted).toHaveLength(1);
    expect(reasons(judge([hers], {}, { known }))).toEqual(['looks-like-another']);
  });
});
