import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleScene, createConsoleScene, makePerson } from '../support/console-scene.ts';
import { type Handler, problem } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const BOX = { x: 40, y: 40, width: 60, height: 60 };
const OTHER_BOX = { x: 200, y: 60, width: 60, height: 60 };
const QUALITY = { score: 0.8, interEyePx: 60, sharpness: 0.6, brightness: 0.5, yaw: 0, pitch: 0 };

describe('console: people, enrolment, identify, verify', () => {
  let scene: ConsoleScene;
  let photo: Buffer;
  beforeAll(async () => {
    scene = await createConsoleScene();
    const background = { r: 90, g: 110, b: 130 };
    photo = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
      .jpeg()
      .toBuffer();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const file = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: photo });
  /** The fields of a multipart body, files by their names. */
  const fieldsOf = async ({ body, type }: Parameters<Handler>[0]) => {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]);
  };

  it('lists people, searches on the server, and erases one after saying what goes', async () => {
    const people = [makePerson(1, { name: 'Ada Lovelace', templates: 3 }), makePerson(2)];
    const queries: string[] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', ({ url }) => {
          const q = url.searchParams.get('q') ?? '';
          queries.push(q);
          const found = people.filter(({ name }) => name.toLowerCase().includes(q));
          return { body: { people: found, total: found.length } };
        });
        server.answer(`DELETE /people/${people[0]?.id}`, () => {
          const [erased] = people.splice(0, 1);
          return {
            body: {
              personId: erased?.id,
              name: erased?.name,
              erasedAt: new Date().toISOString(),
              templates: 3,
              referenceCrops: 3,
              sightings: 5,
              galleryVersion: 41,
            },
          };
        });
      },
    });
    const rows = page.getByTestId('person');
    await rows.nth(1).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await waitFor(async () => (await rows.count()) === 1, { what: 'one match' });
    expect(queries.at(-1)).toBe('ada');
    await page.getByRole('button', { name: 'Erase Ada Lovelace' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 face templates').waitFor();
    await dialog.getByText('the 3 reference crops').waitFor();
    expect(people).toHaveLength(2);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    const receipt = page.getByTestId('receipt');
    await receipt.waitFor();
    expect(await receipt.textContent()).toContain('Gallery version41');
    await page.keyboard.press('Escape');
    await page.getByText('Nothing matches “ada”').waitFor();
    expect(problems).toEqual([]);
  });

  it('keeps a person whose erasure failed, and says why', async () => {
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', { body: { people: [makePerson(1)], total: 1 } });
        server.answer('DELETE /people/*', problem('database-unavailable', 'The database cannot be reached.'));
      },
    });
    await page.getByRole('button', { name: 'Erase Person 1' }).click();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('dialog').getByText('The database cannot be reached.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByTestId('person').count()).toBe(1);
  });

  it('offers another try when the people cannot be loaded', async () => {
    let broken = true;
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) =>
        server.answer('GET /people', () => (broken ? { status: 0 } : { body: { people: [], total: 0 } })),
    });
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    broken = false;
    const empty = page.getByText('Nobody is enrolled yet');
    // The list is also loaded again once the connection is up, which takes the button away.
    const again = page.getByRole('button', { name: 'Try again' });
    await Promise.race([again.click().catch(() => {}), empty.waitFor()]);
    await empty.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('asks for what is missing before it sends anything', async () => {
    let sent = 0;
    const { page } = await scene.open({
      hash: '#/enrol',
      prepare: (server) =>
        server.answer('POST /enroll', () => {
          sent++;
          return { status: 500 };
        }),
    });
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.getByText('Enter the name that kiosks are to show.').waitFor();
    await page.getByText('Add at least one photo.').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: photo });
    await page.getByText('a.txt is not a picture').waitFor();
    expect(sent).toBe(0);
  });

  it('enrols with photos by file, drop and camera, and reports on each', async () => {
    const fields: unknown[] = [];
    const { page, problems } = await scene.open({
      hash: '#/enrol',
      prepare: (server) =>
        server.answer('POST /enroll', async (request) => {
          fields.push(...(await fieldsOf(request)));
          const photos = [
            { photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY },
            { photo: 1, filename: 'dropped.jpg', accepted: false, reason: 'blurred', message: 'blurred' },
            { photo: 2, filename: 'camera-1.jpg', accepted: true, quality: QUALITY },
          ];
          return { status: 201, body: { person: makePerson(1, { name: 'Ada' }), photos } };
        }),
    });
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('External ID').fill('E-1');
    await page.getByLabel('has agreed').check();
    await page.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped.jpg', { type: 'image/jpeg' }));
      document
        .querySelector('.dropzone')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, photo.toString('base64'));
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByRole('button', { name: 'Take photo' }).click();
    await page.getByRole('button', { name: 'Use 1 photo' }).click();
    await page.getByTestId('photo').nth(2).waitFor();
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.getByText('Ada is enrolled').waitFor();
    expect(fields).toEqual([
      ['name', 'Ada'],
      ['externalId', 'E-1'],
      ['consent', 'true'],
      ['photos', 'a.jpg'],
      ['photos', 'dropped.jpg'],
      ['photos', 'camera-1.jpg'],
    ]);
    const reports = page.getByTestId('photo-report');
    expect(await reports.nth(0).getAttribute('data-accepted')).toBe('true');
    expect(await reports.nth(1).textContent()).toContain('hold the camera still');
    await page.getByRole('button', { name: 'Enrol another person' }).click();
    expect(await page.getByLabel('Name').inputValue()).toBe('');
    expect(await page.getByTestId('photo').count()).toBe(0);
    expect(problems).toEqual([]);
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
      await page.getByLabel('Name').fill('Bea');
      await page.locator('input[type=file]').setInputFiles([file('a.jpg')]);
      await page.getByRole('button', { name: 'Enrol', exact: true }).click();
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
    await page.getByLabel('Name').fill('Ada');
    await page.locator('input[type=file]').setInputFiles([file('group.jpg')]);
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
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
    await page.getByLabel('Name').fill('Ada');
    await page
      .locator('input[type=file]')
      .setInputFiles([file('a.jpg'), file('group.jpg'), file('dark.jpg')]);
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
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

  it('adds photos to a person in the list, and tells of each what became of it', async () => {
    const people = [makePerson(1, { name: 'Ada', templates: 3 })];
    const additions: unknown[][] = [];
    const { page, problems } = await scene.open({
      hash: '#/people',
      prepare: (server) => {
        server.answer('GET /people', () => ({ body: { people, total: 1 } }));
        server.answer(`POST /people/${people[0]?.id}/photos`, async (request) => {
          additions.push(await fieldsOf(request));
          people[0] = makePerson(1, { name: 'Ada', templates: 4 });
          const photos = [
            { photo: 0, filename: 'a.jpg', accepted: true, quality: QUALITY },
            { photo: 1, filename: 'b.jpg', accepted: false, reason: 'unlike-the-others', message: 'unlike' },
          ];
          return { body: { person: people[0], photos } };
        });
      },
    });
    await page.getByRole('button', { name: 'Add photos of Ada' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There is room for 17 more').waitFor();
    await dialog.getByRole('button', { name: 'Add photos' }).click();
    await dialog.getByText('Add at least one photo.').waitFor();
    const input = dialog.locator('input[type=file]');
    await input.dispatchEvent('cancel', { bubbles: true });
    await input.setInputFiles([file('a.jpg'), file('b.jpg')]);
    await dialog.getByRole('button', { name: 'Add photos' }).click();
    await dialog.getByText('Ada has 4 photos now.').waitFor();
    expect(additions).toEqual([
      [
        ['photos', 'a.jpg'],
        ['photos', 'b.jpg'],
      ],
    ]);
    const reports = dialog.getByTestId('photo-report');
    expect(await reports.nth(0).getAttribute('data-accepted')).toBe('true');
    expect(await reports.nth(1).textContent()).toContain('someone else');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByTestId('person').getByText('4 photos').waitFor();
    expect(problems).toEqual([]);
  });

  it('offers no more photos than a person has room for', async () => {
    const people = [makePerson(1, { templates: 20 }), makePerson(2, { templates: 19 })];
    const { page } = await scene.open({
      hash: '#/people',
      prepare: (server) => server.answer('GET /people', { body: { people, total: 2 } }),
    });
    await page.getByRole('button', { name: 'Add photos of Person 1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At most 20 are kept of a person.').waitFor();
    expect(await dialog.locator('input[type=file]').count()).toBe(0);
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['Close']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add photos of Person 2' }).click();
    await dialog.getByText('There is room for 1 more').waitFor();
    await dialog.locator('input[type=file]').setInputFiles([file('a.jpg')]);
    await dialog.locator('input[type=file]').setInputFiles([file('b.jpg')]);
    expect(await dialog.getByTestId('photo').count()).toBe(1);
  });

  it('says why the camera cannot be used', async () => {
    const { page } = await scene.open({ hash: '#/enrol' });
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByRole('alert').getByText('The camera is blocked').waitFor();
    expect(await page.getByRole('button', { name: 'Take photo' }).count()).toBe(0);
  });

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
