import type { Express } from 'express';
import { createHttpApp } from '../http/app.ts';
import { createImporter } from '../import/importer.ts';
import { createPairings } from '../kiosks/pairings.ts';
import type { createHealth } from '../observability/health.ts';
import { createEnroller } from '../people/enroll.ts';
import { createEraser } from '../people/erase.ts';
import { createMergeStore } from '../people/merge.store.ts';
import { createNewcomers } from '../people/newcomers.ts';
import { createPersonChangesStore } from '../people/person-changes.store.ts';
import { createPersonEditor } from '../people/person-editor.ts';
import { createPersonExporter } from '../people/person-export.ts';
import { createBulkPhotoAnalyser } from '../queue/photo-analyser.ts';
import type { Gallery } from './gallery.ts';
import type { Ground } from './ground.ts';
import type { Live } from './live.ts';
import type { Operation } from './operation.ts';
import type { StudentParts } from './students.ts';
import { openUnknowns } from './unknowns.ts';

/** The REST API and the pages over all that was opened. */
export function openHttp(
  ground: Ground,
  gallery: Gallery,
  live: Live,
  operation: Operation,
  training: StudentParts,
  options: { version: string; clientDir: string; health: ReturnType<typeof createHealth> },
): Express {
  const { config, database, audit, crops, photos, serving, metrics, publicUrl, logger } = ground;
  const { people, publisher, enrolled } = gallery;
  const { hub, sightings } = live;
  const personChanges = createPersonChangesStore({ database, audit });
  // Only a figure on the console: a database that is away meanwhile fails no enrolment.
  const countPeople = () =>
    void people.count().then(
      (count) => hub.setPeople(count),
      () => {},
    );
  const enrolling = {
    people,
    gallery: publisher,
    model: serving.live,
    newcomers: createNewcomers(),
    onEnrolled: countPeople,
  };
  const inBulk = createBulkPhotoAnalyser({ lane: ground.bulk, servingModel: () => serving.current().name });
  const eraser = createEraser({
    people,
    gallery: publisher,
    onErased: (personId, galleryVersion) => {
      live.forget(personId, galleryVersion);
      training.coordinator.forget(personId);
      training.lessons.forget(personId).catch((err: unknown) => {
        logger.error({ err }, 'lessons of an erased person may go on: Redis cannot be reached');
      });
      countPeople();
    },
  });
  return createHttpApp({
    auth: live.auth,
    retention: live.retention,
    parts: operation.parts,
    queueDesk: operation.queueDesk,
    auditSearch: operation.auditSearch,
    proveErasure: operation.proveErasure,
    users: live.users,
    apiTokens: live.apiTokens,
    people,
    enroller: createEnroller({ ...enrolling, photos }),
    importer: createImporter({ people, enroller: createEnroller({ ...enrolling, photos: inBulk }) }),
    eraser,
    editor: createPersonEditor({
      changes: personChanges,
      merges: createMergeStore({ database, audit }),
      gallery: publisher,
      onChanged: (personIds, galleryVersion) => {
        live.retell(personIds, galleryVersion);
        countPeople();
      },
    }),
    exporter: createPersonExporter({ people: personChanges, enrolled, sightings }),
    audit,
    operatingPoints: gallery.operatingPoints,
    galleryCheck: gallery.galleryCheck,
    enrolled,
    photos,
    evaluations: gallery.evaluations,
    kiosks: live.kiosks,
    pairings: createPairings({ database, kiosks: live.kiosks, audit }),
    streams: hub,
    health: options.health,
    registry: metrics.registry,
    readCrop: (...crop) => crops.read(...crop),
    sightings,
    recorder: live.recorder,
    confirmations: live.confirmations,
    ...openUnknowns(ground, gallery, live, {
      eraser,
      enrollerOf: (photos) => createEnroller({ ...enrolling, photos }),
      countPeople,
    }),
    alerts: live.alerts,
    model: serving.live,
    webhooks: live.webhooks,
    groups: training.groups,
    students: training.students,
    coordinator: training.coordinator,
    lessons: training.lessons,
    embedder: training.embedder,
    models: gallery.models,
    clientDir: options.clientDir,
    publicUrl: () => publicUrl,
    behindProxy: config.PUBLIC_URL !== undefined,
    version: options.version,
    logger,
  });
}
