import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../../models/embedding.ts';
import type { PhotoAnswer } from '../../../protocol/jobs.ts';
import { FACES_DIR, facesMissing, peopleWithPhotos } from '../../support/faces.ts';
import { claimJpegSize } from '../../support/jpeg.ts';
import { claimPngSize } from '../../support/png.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  createJobClient,
  type JobClient,
  publishPerson,
  startTestWorker,
  type TestWorker,
} from '../../support/worker.ts';

if (facesMissing) console.log(`skipped: analysis of photographs by a worker: ${facesMissing}`);

describe('a worker process analyses photos', () => {
  let server: TestRedis;
  let client: JobClient;
  let worker: TestWorker;

  beforeAll(async () => {
    server = await startTestRedis();
    client = await createJobClient(server);
    worker = await startTestWorker({ redisUrl: server.url });
  });
  afterAll(async () => {
    await worker?.kill();
    await client?.close();
    await server?.close();
  });

  const analyse = async (bytes: Uint8Array, job: object = {}) =>
    client.photoAnswer(await client.addPhoto({ bytes, ...job }));
  const analysed = (result: PhotoAnswer['result']) => {
    if (result.outcome !== 'analysed') throw new Error(JSON.stringify(result));
    return result;
  };
  const vectorOf = (base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
  };
  const blank = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#808080' } });

  test('without a face as a picture without faces', async () => {
    const result = await analyse(await blank(300, 200).jpeg().toBuffer());
    expect(result).toMatchObject({ outcome: 'analysed', width: 300, height: 200, faces: [] });
  });

  test('that are none with a sentence for the person', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>');
    const png = await blank(200, 200).png().toBuffer();
    const jpeg = await blank(200, 200).jpeg().toBuffer();
    const refused = {
      'a text file': [Buffer.from('Dear Sir or Madam'), 'unreadable', /not a picture/],
      'an empty file': [Buffer.alloc(0), 'unreadable', /not a picture/],
      'an SVG': [svg, 'unreadable', /not a picture/],
      'a JPEG cut short': [jpeg.subarray(0, jpeg.length - 200), 'unreadable', /damaged or cut short/],
      'one pixel': [await blank(1, 1).png().toBuffer(), 'too-small', /1 × 1 pixels/],
      'a PNG bomb': [claimPngSize(png, 60_000, 60_000), 'too-large', /60000 × 60000 pixels/],
      'a JPEG bomb': [claimJpegSize(jpeg, 65_000, 65_000), 'too-large', /65000 × 65000 pixels/],
    } as const;
    for (const [what, [bytes, code, message]] of Object.entries(refused)) {
      const result = await analyse(bytes);
      expect(result, what).toMatchObject({ outcome: 'refused', code });
      expect(result.outcome === 'refused' && result.message, what).toMatch(message);
    }
  });

  test('not after their deadline, nor when the bytes are gone', async () => {
    const late = await analyse(Buffer.from('x'), { deadlineAt: Date.now() - 1 });
    expect(late).toEqual({ outcome: 'dropped', reason: 'deadline' });
    const gone = await analyse(Buffer.from('x'), { key: 'fw:photo:gone' });
    expect(gone).toEqual({ outcome: 'dropped', reason: 'expired' });
  });

  describe.skipIf(facesMissing)('of people', () => {
    test('into box, landmarks, quality, embedding, crop and, if asked, a decision', async () => {
      const [person, other] = peopleWithPhotos(2);
      const [enrolled, probe] = (person?.photos ?? []).map((file) => readFileSync(file));
      const first = analysed(await analyse(enrolled as Buffer)).faces[0];
      const template = vectorOf(first?.embedding as string);
      expect(Math.hypot(...template)).toBeCloseTo(1, 5);
      expect(first?.decision).toBeUndefined();
      expect(first?.refusal).toBeUndefined();
      const crop = await sharp(Buffer.from(first?.crop as string, 'base64')).metadata();
      expect(crop).toMatchObject({ format: 'jpeg', width: 112, height: 112 });

      await publishPerson(server.connect(), { personId: randomUUID(), name: 'Somebody', template });
      const decisionOn = async (bytes: Buffer) =>
        analysed(await analyse(bytes, { match: true })).faces[0]?.decision;
      const named = await waitFor(
        async () => {
          const decision = await decisionOn(probe as Buffer);
          return decision?.gallerySize === 1 ? decision : undefined;
        },
        { what: 'the person is in the gallery' },
      );
      expect(named).toMatchObject({ state: 'identified', candidates: [{ name: 'Somebody' }] });
      const stranger = await decisionOn(readFileSync(other?.photos[0] as string));
      expect(stranger?.state).toBe('unknown');
    });

    test('upright, whatever way their EXIF orientation turns them', async () => {
      const file = peopleWithPhotos(2)[3]?.photos[0] as string;
      const upright = analysed(await analyse(await sharp(file).png().toBuffer())).faces[0];
      const lying = await sharp(await sharp(file).rotate(-90).png().toBuffer())
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer();
      const turned = analysed(await analyse(lying)).faces[0];
      const similarity = cosine(
        vectorOf(upright?.embedding as string),
        vectorOf(turned?.embedding as string),
      );
      expect(similarity).toBeGreaterThan(0.97);
    });

    test('of 12 megapixels, with positions in the pixels of the upright photo', async () => {
      const file = peopleWithPhotos(2)[3]?.photos[0] as string;
      const small = analysed(await analyse(readFileSync(file))).faces[0];
      const face = await sharp(file).resize(2000).toBuffer();
      const upright = sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#556' } });
      const photo = await upright
        .composite([{ input: face, left: 1000, top: 500 }])
        .png()
        .toBuffer();
      const lying = await sharp(await sharp(photo).rotate(-90).png().toBuffer())
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 95 })
        .toBuffer();
      const result = analysed(await analyse(lying));
      expect(result).toMatchObject({ width: 4000, height: 3000 });
      for (const [i, { x, y }] of (small?.landmarks ?? []).entries()) {
        const found = result.faces[0]?.landmarks[i];
        // 8 of its pixels are one of the small photo's, and it is looked at in a wider frame.
        expect(Math.hypot((found?.x ?? 0) - (1000 + 8 * x), (found?.y ?? 0) - (500 + 8 * y))).toBeLessThan(
          24,
        );
      }
    });

    test('in groups, the largest face first', async () => {
      const folder = join(FACES_DIR, 'groups');
      const [file] = readdirSync(folder).sort();
      const { faces } = analysed(await analyse(readFileSync(join(folder, file as string))));
      expect(faces.length).toBeGreaterThan(1);
      const areas = faces.map(({ box }) => box.width * box.height);
      expect(areas).toEqual(areas.toSorted((a, b) => b - a));
    });

    test('that were refused with the reason', async () => {
      const small = await sharp(peopleWithPhotos(2)[0]?.photos[0] as string)
        .resize(60)
        .toBuffer();
      const face = analysed(await analyse(small)).faces[0];
      expect(face?.refusal?.code).toBe('too-small');
      expect(face?.refusal?.message).toMatch(/pixels between the eyes/);
    });
  });
});
