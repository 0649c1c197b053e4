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
  hidden: false,
  templates: 1,
  createdAt: at,
  updatedAt: at,
};
const other = { personId: '7d0c2f44-1d0e-4d3a-8f0e-6a1f5b0a2c55', name: 'Grace Hopper' };
const checks = {
  redis: { ok: true, detail: 'answers PONG' },
  database: { ok: true, detail: 'pglite' },
  sfu: { ok: true, detail: '3 peers' },
  workers: { ok: true, detail: '1 worker' },
};

/** Examples of the OpenAPI document; a test parses each by its schema. */
export const examples = {
  person,
  templateQuality: { mean: 0.91, weakest: 0.91, strength: 0.3 },
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
    fnmr: 0.039,
    verdict: 'same',
    model: 'mobilefacenet-192',
    photos: [0, 1].map((photo) => ({
      photo,
      filename: `${photo}.jpg`,
      accepted: true,
      quality,
      faces: [box],
      width: 1280,
      height: 720,
      face: 0,
      crop: '/9j/4AAQSkZJRg==',
    })),
  },
  operatingPoint: {
    fpir: 0.003,
    promise: 'Of 1,000 strangers who look into a kiosk, at most 3 are given a name.',
    model: 'mobilefacenet-192',
    gallerySize: 200,
    threshold: 0.601,
    thresholdInterval: { low: 0.566, high: 0.63 },
    expectedFpir: { low: 0.0009, high: 0.0068 },
    basis: 'extrapolated',
    gallery: {
      shippedThreshold: 0.584,
      effect: 'raised',
      comparisons: 39_800,
      factor: 1.6,
      likelyDuplicates: 0,
    },
    choices: [
      { fpir: 0.01, threshold: 0.566, recognised: { value: 0.94, low: 0.89, high: 0.97 } },
      { fpir: 0.003, threshold: 0.601, recognised: { value: 0.9, low: 0.84, high: 0.94 } },
    ],
    recognisedBasis: 'gallery',
    computedAt: at,
    stale: false,
  },
  galleryCheck: {
    model: 'mobilefacenet-192',
    fpir: 0.003,
    people: 2,
    photos: 3,
    checkedPeople: 2,
    singlePhoto: { count: 1, people: [{ personId: id, name: person.name }] },
    threshold: 0.4346,
    suggestedThreshold: 0.4346,
    suggestedInterval: { low: 0.37, high: 0.47 },
    strangers: {
      fpir: { value: 0, low: 0, high: 0.66 },
      highest: { score: 0.21, person: { personId: id, name: person.name }, other: other },
    },
    recognised: { value: 1, low: 0.21, high: 1 },
    closestPair: { a: { personId: id, name: person.name }, b: other, score: 0.21, expectedByChance: 0.03 },
    duplicates: [],
    weakest: [
      {
        ...other,
        photoId: id,
        cropUrl: `/people/${other.personId}/photos/${id}.jpg`,
        reason: 'low-quality',
        message: 'It is small, blurred, dark or turned away. Add a sharper photo from the front.',
        quality: 0.41,
        own: 0.66,
        other: { personId: id, name: person.name, score: 0.21 },
      },
    ],
    weakCount: 1,
    histogram: { from: 0, step: 0.5, strangers: [1, 0], own: [0, 1] },
    computedAt: at,
  },
  receipt: {
    personId: id,
    name: person.name,
    erasedAt: at,
    templates: 3,
    referenceCrops: 3,
    sightings: 12,
    confirmations: 1,
    studentVersions: [{ id, group: 'Dark entrances', number: 2, serves: true }],
    galleryVersion: 42,
  },
  kiosk: {
    id,
    name: 'Door',
    place: 'Ground floor',
    policy: { video: false, training: false },
    createdAt: at,
    online: true,
  },
  createdKiosk: { id, url: 'http://localhost:8080/kiosk#code=q0oO3ru8pWd3gVbKcXgTzA' },
  consoleUrl: 'http://localhost:8080/console#code=q0oO3ru8pWd3gVbKcXgTzA',
  session: { role: 'operator', expiresAt: at },
  ready: { ready: true, checks },
  notReady: { ready: false, checks: { ...checks, workers: { ok: false, detail: 'no worker is running' } } },
  problem: (code: ErrorCode) =>
    toProblem(new FacewireError(code, 'A sentence that says what was wrong, and what to do.')),
} as const;
