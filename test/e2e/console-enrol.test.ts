import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BOX, fieldsOf, file, OTHER_BOX, photo, QUALITY } from '../support/console-photos.ts';
import { type ConsoleScene, createConsoleScene, makePerson } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';

describe('console: enrolment', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  /** The first step done, by files. */
  async function toUpload(page: Page, name: string, files: readonly string[]) {
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Upload photos' }).click();
    await page.locator('input[type=file]').setInputFiles(files.map(file));
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
  }

  it('asks for what is missing before it sends anything, and goes back without losing it', async () => {
    let sent = 0;
    const { page } = await scene.open({
      hash: '#/enrol',
      prepare: (server) =>
        server.answer('POST /enroll', () => {
          sent++;
          return { status: 500 };
        }),
    });
    await page.getByRole('button', { name: 'Upload photos' }).click();
    await page.getByText('Enter the name that kiosks are to show.').waitFor();
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Upload photos' }).click();
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.getByText('Add at least one photo.').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: photo });
    await page.getByText('a.txt is not a picture').waitFor();
    await page.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada');
    await page.getByRole('button', { name: 'Upload photos' }).click();
    await page.getByRole('img', { name: 'a.jpg' }).waitFor();
    expect(sent).toBe(0);
  });

  it('enrols with photos by file, drop and camera, reports on each, and tests with another', async () => {
    const fields: unknown[] = [];
    const { page, problems } = await scene.open({
      hash: '#/enrol',
      prepare: (server) => {
        server.answer('POST /enroll', async (request) => {
          fields.push(...(await fieldsOf(request)));
          const photos = [
            { photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY },
            { photo: 1, filename: 'dropped.jpg', accepted: false, reason: 'blurred', message: 'blurred' },
            { photo: 2, filename: 'camera-3.jpg', accepted: true, quality: QUALITY },
          ];
          return { status: 201, body: { person: makePerson(1, { name: 'Ada' }), photos } };
        });
        server.answer('POST /identify', {
          body: {
            model: 'mobilefacenet-192',
            photos: [
              {
                photo: 0,
                filename: 'test.jpg',
                faces: [
                  {
                    box: BOX,
                    quality: QUALITY,
                    state: 'identified',
                    person: { id: makePerson(1).id, name: 'Ada' },
                    threshold: 0.5,
                    candidates: [
                      { personId: makePerson(1).id, name: 'Ada', score: 0.81 },
                      { personId: makePerson(2).id, name: 'Bea', score: 0.45 },
                    ],
                  },
                ],
              },
            ],
          },
        });
      },
    });
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('External ID').fill('E-1');
    await page.getByLabel('has agreed').check();
    await page.getByRole('button', { name: 'Upload photos' }).click();
    await page.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped.jpg', { type: 'image/jpeg' }));
      document
        .querySelector('.dropzone')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, photo.toString('base64'));
    await page.getByTestId('photo').nth(1).waitFor();
    await page.getByRole('button', { name: 'Use the camera instead' }).click();
    await page.getByRole('button', { name: 'Take photo', exact: true }).click();
    await page.getByTestId('photo').nth(2).waitFor();
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.getByText('Ada is enrolled').waitFor();
    expect(fields).toEqual([
      ['name', 'Ada'],
      ['externalId', 'E-1'],
      ['consent', 'true'],
      ['photos', 'a.jpg'],
      ['photos', 'dropped.jpg'],
      ['photos', 'camera-3.jpg'],
    ]);
    const reports = page.getByTestId('photo-report');
    expect(await reports.nth(0).getAttribute('data-accepted')).toBe('true');
    expect(await reports.nth(1).textContent()).toContain('hold the camera still');
    await page.locator('input[type=file]').setInputFiles([file('test.jpg')]);
    await page.getByText('Ada is recognised').waitFor();
    await page.getByText('Likeness 0.81; 0.50 is needed.').waitFor();
    // 0.45 is below the threshold, and near it.
    await page.getByText('Careful: Bea comes near (0.45)').waitFor();
    await page.getByRole('button', { name: 'Enrol another person' }).click();
    expect(await page.getByLabel('Name').inputValue()).toBe('');
    expect(await page.getByTestId('photo').count()).toBe(0);
    // The scripted server has no detector: the camera works by hand alone.
    expect(problems.filter((text) => !text.includes('/models/'))).toEqual([]);
  });

  it('asks before somebody is enrolled twice: add to that person, or enrol anyway', async () => {
    const sent: unknown[][] = [];
    const ann = makePerson(1, { name: 'Ann' });
    const open = () =>
      scene.open({
        hash: '#/enrol',
        prepare: (server) => {
          const accepted = [{ photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY }];
          server.answer('POST /enroll', async (request) => {
            const fields = await fieldsOf(request);
            sent.push(fields);
            if (fields.some(([name]) => name === 'duplicates')) {
              return { status: 201, body: { person: makePerson(2, { name: 'Bea' }), photos: accepted } };
            }
            const people = [{ personId: ann.id, name: 'Ann', score: 0.71 }];
            return problem('likely-duplicate', 'This seems to be Ann.', { people });
          });
          server.answer(`POST /people/${ann.id}/photos`, async (request) => {
            sent.push(await fieldsOf(request));
            return { body: { person: ann, photos: accepted } };
          });
        },
      });
    for (const [answer, done, fields] of [
      ['No, enrol Bea', 'Bea is enrolled', ['duplicates', 'allow']],
      ['Add the photos to Ann', 'Ann is enrolled', ['photos', 'a.jpg']],
    ] as const) {
      const { page, problems } = await open();
      await toUpload(page, 'Bea', ['a.jpg']);
      await page.getByText('Is this Ann?').waitFor();
      await page.getByRole('button', { name: answer }).click();
      await page.getByText(done).waitFor();
      expect(sent.at(-1)).toContainEqual(fields);
      expect(problems.filter((text) => !text.includes('409'))).toEqual([]);
      await scene.clear();
    }
  });

  it('lets the operator choose a face of a group photo, and sends it again with that face', async () => {
    const attempts: unknown[][] = [];
    const { page } = await scene.open({
      hash: '#/enrol',
      prepare: (server) =>
        server.answer('POST /enroll', async (request) => {
          attempts.push(await fieldsOf(request));
          if (attempts.length === 1) {
            const several = {
              accepted: false,
              reason: 'several-faces',
              message: 'two',
              faces: [BOX, OTHER_BOX],
            };
            const photos = [{ photo: 0, filename: 'group.jpg', ...several }];
            return problem('no-usable-photo', 'The photo cannot be used.', { photos });
          }
          const photos = [{ photo: 0, filename: 'group.jpg', accepted: true, quality: QUALITY }];
          return { status: 201, body: { person: makePerson(1, { name: 'Ada', templates: 1 }), photos } };
        }),
    });
    await toUpload(page, 'Ada', ['group.jpg']);
    const again = page.getByRole('button', { name: 'Enrol with the chosen faces' });
    await again.waitFor();
    expect(await again.isDisabled()).toBe(true);
    const face = page.getByRole('button', { name: 'Face 2' });
    const image = await page.getByTestId('photo-report').getByRole('img').boundingBox();
    const box = await face.boundingBox();
    if (!image || !box) throw new Error('nothing is drawn');
    expect((box.x - image.x) / image.width).toBeCloseTo(OTHER_BOX.x / 320, 1);
    expect((box.y - image.y) / image.height).toBeCloseTo(OTHER_BOX.y / 240, 1);
    await face.click();
    expect(await face.getAttribute('aria-pressed')).toBe('true');
    await again.click();
    await page.getByText('Ada is enrolled').waitFor();
    expect(attempts[1]).toContainEqual(['faces', '{"0":1}']);
  });

  it('adds the chosen face to the person whom the other photos have created', async () => {
    const ada = makePerson(1, { name: 'Ada', templates: 1 });
    const enrolments: unknown[][] = [];
    const additions: unknown[][] = [];
    const several = { accepted: false, reason: 'several-faces', message: 'two', faces: [BOX, OTHER_BOX] };
    const { page, problems } = await scene.open({
      hash: '#/enrol',
      prepare: (server) => {
        server.answer('POST /enroll', async (request) => {
          enrolments.push(await fieldsOf(request));
          const photos = [
            { photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY },
            { photo: 1, filename: 'group.jpg', ...several },
            { photo: 2, filename: 'dark.jpg', accepted: false, reason: 'too-dark', message: 'dark' },
          ];
          return { status: 201, body: { person: ada, photos } };
        });
        server.answer(`POST /people/${ada.id}/photos`, async (request) => {
          additions.push(await fieldsOf(request));
          if (additions.length === 1) {
            const photos = [{ ...several, photo: 0, filename: 'group.jpg', reason: 'unlike-the-others' }];
            return problem('no-usable-photo', 'The photo cannot be used.', { photos });
          }
          const photos = [{ photo: 0, filename: 'group.jpg', accepted: true, quality: QUALITY }];
          return { body: { person: { ...ada, templates: 2 }, photos } };
        });
      },
    });
    await toUpload(page, 'Ada', ['a.jpg', 'group.jpg', 'dark.jpg']);
    await page.getByText('1 photo was accepted.').waitFor();
    const again = page.getByRole('button', { name: 'Add the chosen faces' });
    expect(await again.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Face 1' }).click();
    await again.click();
    await page.getByText('Not added').waitFor();
    await page.getByText('Ada is enrolled').waitFor();
    const reports = page.getByTestId('photo-report');
    const accepted = async () =>
      Promise.all((await reports.all()).map((report) => report.getAttribute('data-accepted')));
    expect(await accepted()).toEqual(['true', 'false', 'false']);
    expect(await reports.nth(1).getAttribute('data-reason')).toBe('unlike-the-others');
    expect(await again.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Face 2' }).click();
    await again.click();
    await page.getByText('2 photos were accepted.').waitFor();
    expect(await accepted()).toEqual(['true', 'true', 'false']);
    expect(await again.count()).toBe(0);
    expect(additions).toEqual(
      [0, 1].map((face) => [
        ['faces', `{"0":${face}}`],
        ['photos', 'group.jpg'],
      ]),
    );
    expect(enrolments).toHaveLength(1);
    // The browser notes the answer 422 by itself.
    expect(problems.filter((text) => !text.includes('422'))).toEqual([]);
  });

  it.each([
    ['denied', 'The camera is blocked'],
    ['none', 'No camera found'],
    ['insecure', 'The camera needs a secure page'],
  ])('says that the camera is %s, and leaves the other way open', async (why, title) => {
    const { page } = await scene.open({ hash: '#/enrol' });
    await page.evaluate((reason) => {
      const names = { denied: 'NotAllowedError', none: 'NotFoundError' } as Record<string, string>;
      if (reason === 'insecure') Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
      else {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', names[reason]));
      }
    }, why);
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Take photos' }).click();
    await page.getByRole('alert').getByText(title).waitFor();
    expect(await page.getByRole('button', { name: 'Take photo', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Upload instead' }).click();
    await page.getByRole('button', { name: 'Choose photos' }).waitFor();
  });
});
