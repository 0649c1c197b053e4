import { type ErrorCode, FacewireError } from '../../protocol/errors.ts';
import { toProblem } from './problem.ts';

const id = '0e9f6a52-6a3e-4c27-9c1e-3f1f5c1f7b11';
const at = '2026-01-15T09:30:00.000Z';
const quality = { score: 0.91, interEyePx: 74.2, sharpness: 0.71, brightness: 0.52, yaw: 0.06, pitch: -0.04 };
const box = { x: 212, y: 140, width: 180, height: 204 };
const person = {
  id,
  name: 'Ada Lovelace',
  externalId: 'staff-1815',
  consent: true,
  templates: 1,
  createdAt: at,
  updatedAt: at,
};
const checks = {
  redis: { ok: true, detail: 'answers PONG' },
  database: { ok: true, detail: 'pglite' },
  sfu: { ok: true, detail: '3 peers' },
  workers: { ok: true, detail: '1 worker' },
};

/** Examples of the OpenAPI document; a test parses each by its schema. */
export const examples = {
  person,
  enrolled: {
    person,
    photos: [
      { photo: 0, filename: 'ada.jpg', accepted: true, quality, faces: [box] },
      {
        photo: 1,
        filename: 'group.jpg',
        accepted: false,
        reason: 'several-faces',
        message: '2 faces were found. Choose one by the field faces, for example {"1": 0} for the largest.',
        faces: [box, { ...box, x: 520 }],
      },
    ],
  },
  identified: {
    model: 'mobilefacenet-192',
    photos: [
      {
        photo: 0,
        filename: 'lobby.jpg',
        width: 1280,
        height: 720,
        faces: [
          {
            box,
            quality,
            state: 'identified',
            person: { id, name: person.name },
            confidence: 0.998,
            threshold: 0.58,
            candidates: [{ personId: id, name: person.name, score: 0.77 }],
          },
        ],
      },
    ],
  },
  verified: {
    same: true,
    score: 0.74,
    probability: 0.999,
    threshold: 0.53,
    fmr: 0.0001,
    model: 'mobilefacenet-192',
  },
  receipt: {
    personId: id,
    name: person.name,
    erasedAt: at,
    templates: 3,
    referenceCrops: 3,
    galleryVersion: 42,
  },
  kiosk: { id, name: 'Door', place: 'Ground floor', createdAt: at, online: true },
  createdKiosk: { id, url: 'http://localhost:8080/kiosk#code=q0oO3ru8pWd3gVbKcXgTzA' },
  consoleUrl: 'http://localhost:8080/console#code=q0oO3ru8pWd3gVbKcXgTzA',
  session: { role: 'operator', expiresAt: at },
  ready: { ready: true, checks },
  notReady: { ready: false, checks: { ...checks, workers: { ok: false, detail: 'no worker is running' } } },
  problem: (code: ErrorCode) =>
    toProblem(new FacewireError(code, 'A sentence that says what was wrong, and what to do.')),
} as const;
