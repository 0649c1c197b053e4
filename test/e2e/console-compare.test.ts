import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BOX, file, OTHER_BOX, QUALITY } from '../support/console-photos.ts';
import { type ConsoleScene, createConsoleScene, makePerson } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

describe('console: identify and verify', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('shows who a photo resembles, face by face', async () => {
    const ada = makePerson(1, { name: 'Ada' });
    const { page, problems } = await scene.open({
      hash: '#/identify',
      prepare: (server) =>
        server.answer('POST /identify', {
          body: {
            model: 'mobilefacenet-192',
            photos: [
              {
                photo: 0,
                filename: 'a.jpg',
                width: 320,
                height: 240,
                faces: [
                  {
                    box: BOX,
                    quality: QUALITY,
                    state: 'identified',
                    person: { id: ada.id, name: ada.name },
                    confidence: 0.985,
                    threshold: 0.55,
                    candidates: [{ personId: ada.id, name: ada.name, score: 0.71 }],
                  },
                  { box: OTHER_BOX, quality: QUALITY, state: 'unknown', threshold: 0.55, candidates: [] },
                ],
              },
            ],
          },
        }),
    });
    await page.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await page.getByRole('button', { name: 'Identify' }).click();
    const faces = page.getByTestId('identified-face');
    await faces.nth(1).waitFor();
    expect(await faces.nth(0).getAttribute('data-person-id')).toBe(ada.id);
    expect(await faces.nth(0).textContent()).toContain('above the threshold of 0.55');
    expect(await faces.nth(1).textContent()).toContain('Unknown');
    expect(problems).toEqual([]);
  });

  it('gives the verdict on two photos in words, and takes it back when a photo changes', async () => {
    const verdict = verdictOn({ same: false, verdict: 'different', score: 0.12, probability: 0.004 });
    const { page } = await scene.open({
      hash: '#/verify',
      prepare: (server) => server.answer('POST /verify', { body: verdict }),
    });
    const inputs = page.locator('input[type=file]');
    await inputs.nth(0).setInputFiles([file('a.jpg')]);
    expect(await page.getByRole('button', { name: 'Compare' }).isDisabled()).toBe(true);
    await inputs.nth(1).setInputFiles([file('b.jpg')]);
    await page.getByRole('button', { name: 'Compare' }).click();
    const shown = page.getByTestId('verdict');
    await shown.getByText('Not the same person').waitFor();
    expect(await shown.textContent()).toContain(
      'At this threshold 1 in 10,000 pairs of strangers would be taken for the same person; about 3.9 in 100 pairs',
    );
    await inputs.nth(1).setInputFiles([file('c.jpg')]);
    await waitFor(async () => (await shown.count()) === 0, { what: 'the verdict to go' });
  });

  it('asks which face is meant, compares at the rate that was chosen, and says when it is not sure', async () => {
    const asked: string[] = [];
    const several = {
      photo: 1,
      filename: 'b.jpg',
      accepted: false,
      reason: 'several-faces',
      faces: [BOX, OTHER_BOX],
    };
    const { page, problems } = await scene.open({
      hash: '#/verify',
      prepare: (server) =>
        server.answer('POST /verify', ({ body }) => {
          const form = body.toString();
          asked.push(form);
          if (!form.includes('{"1":1}')) {
            return problem('no-usable-photo', 'b.jpg: 2 faces were found.', {
              photos: [{ photo: 0, filename: 'a.jpg', accepted: true, faces: [BOX] }, several],
            });
          }
          return {
            body: verdictOn({
              same: false,
              verdict: 'unsure',
              score: 0.45,
              probability: 0.8,
              hint: 'It is dark.',
            }),
          };
        }),
    });
    const inputs = page.locator('input[type=file]');
    await inputs.nth(0).setInputFiles([file('a.jpg')]);
    await inputs.nth(1).setInputFiles([file('b.jpg')]);
    await page.getByLabel(/Very strict/).check();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'Face 2' }).click();
    const shown = page.getByTestId('verdict');
    await shown.getByText('Not sure').waitFor();
    expect(asked.at(-1)).toMatch(/name="fmr"\s+0\.00001/);
    expect(await page.getByTestId('compared-photo').count()).toBe(2);
    expect(await page.getByText('It is dark.').count()).toBe(1);
    // A refusal is logged by the browser as a failed request.
    expect(problems.filter((text) => !text.includes('422'))).toEqual([]);
  });
});

function verdictOn({ hint, ...more }: Record<string, unknown>) {
  const photo = (index: number) => ({
    photo: index,
    filename: `${index}.jpg`,
    accepted: true,
    faces: index === 0 ? [BOX] : [BOX, OTHER_BOX],
    width: 320,
    height: 240,
    face: index,
    crop: '',
    ...(hint && index === 0 ? { hint } : {}),
  });
  return { threshold: 0.53, fmr: 1e-4, fnmr: 0.039, model: 'm', photos: [photo(0), photo(1)], ...more };
}
