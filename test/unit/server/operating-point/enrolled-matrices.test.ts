import { expect, test } from 'vitest';
import { toMatrices, typicalPhotos } from '../../../../server/operating-point/enrolled-matrices.ts';
import { meanTemplate } from '../../../../server/people/template.ts';
import { lookalike } from '../../../support/analysed-photo.ts';
import { testEmbedding } from '../../../support/gallery.ts';

test('a photo of somebody else never stands for a person, wherever it is stored', () => {
  const own = [lookalike(testEmbedding(1), 11, 0.9), lookalike(testEmbedding(1), 12, 0.9)];
  const wrong = testEmbedding(2);
  const chosen = [0, 1, 2].map((place) => {
    const embeddings = own.toSpliced(place, 0, wrong);
    const photos = embeddings.map((embedding, i) => ({ id: String(i), embedding, quality: 0.8 }));
    const person = { id: 'ann', name: 'Ann', photos, template: meanTemplate(photos) };
    return typicalPhotos(toMatrices([person], wrong.length)).values;
  });
  for (const values of chosen) {
    expect(own.some((embedding) => embedding.every((value, i) => value === values[i]))).toBe(true);
  }
  expect(chosen[1]).toEqual(chosen[0]);
  expect(chosen[2]).toEqual(chosen[0]);
});
