/** A student's thresholds are those of its own scores, on its cameras' crops of people held out. */
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { thresholdFor } from '../../../models/decision.ts';
import { cosine } from '../../../models/embedding.ts';
import { readModel } from '../../../models/registry.ts';
import { cropOfCamera } from '../../../models/training/crops-node.ts';
import { createJudge } from '../../../models/training/judge-node.ts';
import { refineByCamera } from '../../../server/operating-point/refine.ts';
import { patternCrop } from '../../support/pattern-people.ts';
import { baseEntry, embedCrops, makeStudent, type TestStudent } from '../../support/students.ts';

const SHIFT = 'dark-kiosk';
const cosines = baseEntry.thresholds.map(({ cosine }) => cosine);
let student: TestStudent;
let jpegs: Buffer[];
let gallery: Float32Array[];
beforeAll(async () => {
  student = await makeStudent({ seed: 1, stricterBy: 0 });
  jpegs = await Promise.all(Array.from({ length: 12 }, (_, person) => patternCrop(person)));
  const pixels = await Promise.all(jpegs.map((jpeg) => sharp(jpeg).ensureAlpha().raw().toBuffer()));
  gallery = (await embedCrops(await readModel({ entry: baseEntry }), pixels)).slice(0, 8);
});

/** The first is a live crop, the last four are strangers. */
const crops = () => jpegs.map((jpeg, i) => ({ jpeg, seed: 10 + i, live: i === 0 }));
const appraise = async (shift: string | undefined) => {
  const people = {
    views: 3,
    gallery,
    probes: crops()
      .slice(0, 8)
      .map((crop, person) => ({ ...crop, person })),
    strangers: crops().slice(8),
  };
  return (await createJudge({ people, shift, entry: baseEntry })).appraise(student.onnx, cosines);
};
/** Its scores against everybody else, by the crops that the camera makes, worked out on their own. */
const scoresOfOthers = async () => {
  const pixels = await Promise.all(
    crops().map(({ jpeg, seed, live }) => cropOfCamera({ jpeg, seed, shift: live ? undefined : SHIFT })),
  );
  const embedded = await embedCrops(student.onnx, pixels);
  return embedded.flatMap((own, person) =>
    gallery.flatMap((template, other) => (other === person ? [] : [cosine(own, template)])),
  );
};

test('every comparison of different people counts, as the camera sees them; live crops are as they are', async () => {
  const scores = await scoresOfOthers();
  const { impostors } = await appraise(SHIFT);
  expect(impostors.comparisons).toBe(scores.length);
  expect(impostors.above).toEqual(cosines.map((least) => scores.filter((score) => score >= least).length));
  // These people are alike to the camera, so that something was counted, and otherwise without it.
  expect(impostors.above[0]).toBeGreaterThan(0);
  expect((await appraise(undefined)).impostors.above).not.toEqual(impostors.above);
});

test('a camera that makes strangers alike needs a higher cosine at each FPIR, one that parts them a lower one', async () => {
  const { impostors } = await appraise(SHIFT);
  const at = (counts: { comparisons: number; above: readonly number[] }, fpir: number) =>
    thresholdFor({
      manifestEntry: { thresholds: refineByCamera({ table: baseEntry, ...counts }) },
      fpir,
      gallerySize: 100,
    });
  const many = { comparisons: 100_000, above: cosines.map(() => 0) };
  for (const fpir of [0.001, 0.003, 0.01, 0.1]) {
    const table = thresholdFor({ manifestEntry: baseEntry, fpir, gallerySize: 100 });
    expect(at(impostors, fpir), `FPIR ${fpir}`).toBeGreaterThan(table);
    expect(at(many, fpir), `FPIR ${fpir}`).toBeLessThan(table);
  }
});
