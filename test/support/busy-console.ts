import { accessExamples } from '../../server/http/openapi-access.ts';
import { examples } from '../../server/http/openapi-examples.ts';
import { modelsExample } from '../../server/http/openapi-models.ts';
import { operationExamples } from '../../server/http/openapi-operation-parts.ts';
import { groupExample } from '../../server/http/openapi-training.ts';
import { webhookExample } from '../../server/http/openapi-webhooks.ts';
import { makePerson, makeSighting, makeStream, uuid } from './console-scene.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Longer than any line. */
export const LONG =
  'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine, of the Reception at the Far End of the Eastern Lobby';
const FACE = { x: 40, y: 40, width: 60, height: 60 };

/** Fills a scripted server so that every page of the console has something to show, with long names. */
export function makeBusy(server: ScriptedServer): void {
  const streams = [
    makeStream(1, { name: LONG, place: LONG }),
    makeStream(2),
    makeStream(3, { online: false }),
  ];
  const known = {
    state: 'identified',
    name: LONG,
    personId: uuid(7),
    confidence: 0.9,
    streamName: LONG,
  } as const;
  server.snapshot = { streams, sightings: [makeSighting(1, known), makeSighting(2)], people: 2 };
  const people = [makePerson(1, { name: LONG, externalId: LONG }), makePerson(2, { consent: null })];
  server.answer('GET /people', { body: { people, total: 60 } });
  for (const person of people) {
    const photo = {
      quality: 0.6,
      weakness: 'blurred',
      model: 'mobilefacenet-192',
      createdAt: person.createdAt,
    };
    server.answer(`GET /people/${person.id}`, {
      body: {
        ...person,
        hidden: true,
        photos: [1, 2].map((n) => ({ ...photo, id: uuid(100 + n) })),
        merges: [
          {
            id: uuid(9),
            person: { id: uuid(8), name: LONG },
            photos: 1,
            sightings: 4,
            mergedAt: person.createdAt,
          },
        ],
      },
    });
    const change = { sequence: 1, at: person.createdAt, by: LONG, action: 'person.enrolled' };
    server.answer(`GET /people/${person.id}/history`, {
      body: { changes: [{ ...change, fromAnother: false, detail: { templates: 2 } }] },
    });
    server.answer(`GET /people/${person.id}/erasure`, {
      body: { templates: 2, referenceCrops: 2, sightings: 7, confirmations: 1, merges: 1 },
    });
  }
  server.answer('GET /actors', { body: { actors: {} } });
  server.answer(`POST /people/${people[0]?.id}/photos`, {
    body: {
      person: makePerson(1, { name: LONG, templates: 3 }),
      photos: [
        { photo: 0, filename: LONG, accepted: true },
        {
          photo: 1,
          filename: LONG,
          accepted: false,
          reason: 'several-faces',
          faces: [FACE, { ...FACE, x: 150 }],
        },
      ],
    },
  });
  const run = {
    id: uuid(5),
    name: LONG,
    state: 'done',
    createdAt: '2026-05-01T10:00:00.000Z',
    photos: 120,
    analysed: 120,
    secondsLeft: null,
    error: null,
    model: 'mobilefacenet-192',
    accuracy: 0.99,
    eer: 0.01,
    rank1: null,
    tpir: null,
  };
  server.answer('GET /operating-point', { body: examples.operatingPoint });
  server.answer('GET /evaluations', { body: { evaluations: [run, { ...run, id: uuid(6), model: null }] } });
  const kiosks = streams.map((stream) => ({ ...stream, createdAt: '2026-05-01T10:00:00.000Z' }));
  server.answer('GET /models', { body: modelsExample });
  server.answer('GET /webhooks', { body: { webhooks: [webhookExample] } });
  server.answer('GET /kiosks', { body: { kiosks } });
  const user = { ...accessExamples.user, name: LONG };
  const token = { ...accessExamples.token, name: LONG };
  const unknown = {
    id: uuid(500),
    sightings: 3,
    firstAt: '2026-05-01T10:00:00.000Z',
    lastAt: '2026-05-01T10:30:00.000Z',
    streams: streams.map(({ id, name }) => ({ id, name })),
    ignored: null,
    suggestions: [{ person: { id: uuid(1001), name: LONG }, score: 0.61, probability: 0.8 }],
    best: [makeSighting(3), makeSighting(4)].map((sighting) => ({ ...sighting, quality: 0.7 })),
  };
  server.answer('GET /unknowns', { body: { groups: [unknown], total: 1, ignored: 2, retentionHours: 24 } });
  server.answer('GET /training', { body: { groups: [{ ...groupExample, name: LONG }] } });
  server.answer('GET /retention', { body: operationExamples.retention });
  server.answer('GET /queues', { body: { queues: [operationExamples.queue] } });
  server.answer('GET /audit', { body: { entries: [operationExamples.entry] } });
  server.answer('GET /health/parts', { body: operationExamples.parts });
  server.answer('GET /users', { body: { users: [user, { ...user, id: uuid(8), disabled: true }] } });
  server.answer('GET /tokens', { body: { tokens: [token] } });
  server.answer('POST /kiosks', {
    status: 201,
    body: { id: uuid(9), url: `http://localhost/kiosk#code=${'x'.repeat(90)}` },
  });
  const ok = { ok: true, detail: LONG };
  server.answer('GET /readyz', {
    body: { ready: true, checks: { redis: ok, database: ok, sfu: ok, workers: ok } },
  });
}
