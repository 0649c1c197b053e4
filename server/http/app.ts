import express, { type Express } from 'express';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../../config/logger.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { ErasureProof } from '../../protocol/audit.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { AuditSearch } from '../audit/audit-search.ts';
import type { ApiTokenStore } from '../auth/api-token.store.ts';
import type { Auth } from '../auth/auth.ts';
import type { UserStore } from '../auth/user.store.ts';
import type { Confirmations } from '../confirmations/confirmations.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Evaluations } from '../evaluation/console/evaluations.ts';
import type { Importer } from '../import/importer.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import type { Pairings } from '../kiosks/pairings.ts';
import type { Models } from '../models/models.ts';
import type { Webhooks } from '../notify/webhooks.ts';
import type { PartsMonitor } from '../observability/parts.ts';
import type { EnrolledStore } from '../operating-point/enrolled.store.ts';
import type { GalleryCheck } from '../operating-point/gallery-check.ts';
import type { OperatingPoints } from '../operating-point/operating-point.ts';
import type { Enroller } from '../people/enroll.ts';
import type { Eraser } from '../people/erase.ts';
import type { PeopleStore } from '../people/people.store.ts';
import type { PersonEditor } from '../people/person-editor.ts';
import type { PersonExporter } from '../people/person-export.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { QueueDesk } from '../queue/queue-desk.ts';
import type { SightingRecorder } from '../sightings/recorder.ts';
import type { RetentionSetting } from '../sightings/retention.ts';
import type { SightingStore } from '../sightings/sighting.store.ts';
import type { Coordinator } from '../students/coordinator.ts';
import type { GroupStore } from '../students/group.store.ts';
import type { Lessons } from '../students/lessons.ts';
import type { Students } from '../students/students.ts';
import type { Assigner } from '../unknowns/assigner.ts';
import type { Unknowns } from '../unknowns/unknowns.ts';
import { alertsRoute } from './alerts.route.ts';
import { auditRoute } from './audit.route.ts';
import { authRoute } from './auth.route.ts';
import { confirmationsRoute } from './confirmations.route.ts';
import { cropsRoute } from './crops.route.ts';
import { docsRoute } from './docs.route.ts';
import { enrollRoute } from './enroll.route.ts';
import { evaluationsRoute } from './evaluations.route.ts';
import { createGuard } from './guard.ts';
import { healthRoute, type Readiness } from './health.route.ts';
import { identifyRoute } from './identify.route.ts';
import { importsRoute } from './imports.route.ts';
import { kiosksRoute } from './kiosks.route.ts';
import { lessonsRoute } from './lessons.route.ts';
import { modelsRoute } from './models.route.ts';
import { operatingPointRoute } from './operating-point.route.ts';
import { operationRoute } from './operation.route.ts';
import { pagesRoute } from './pages.route.ts';
import { pairingsRoute } from './pairings.route.ts';
import { peopleRoute } from './people.route.ts';
import { personChangesRoute } from './person-changes.route.ts';
import { answerErrors, nothingHere } from './problem.ts';
import { identifyRequest, observeRequest } from './request-id.ts';
import { retentionRoute } from './retention.route.ts';
import { securityHeaders } from './security-headers.ts';
import { sightingsRoute } from './sightings.route.ts';
import { tokensRoute } from './tokens.route.ts';
import { trainingRoute } from './training.route.ts';
import { unknownsRoute } from './unknowns.route.ts';
import { createUploads } from './upload.ts';
import { usersRoute } from './users.route.ts';
import { verifyRoute } from './verify.route.ts';
import { webhooksRoute } from './webhooks.route.ts';

/** A page of a console shows dozens of crops a second. */
const REQUESTS_PER_MINUTE = 6000;
const JSON_LIMIT = '64kb';

export type HttpAppDependencies = {
  auth: Auth;
  retention: RetentionSetting;
  parts: Pick<PartsMonitor, 'look'>;
  queueDesk: QueueDesk;
  auditSearch: AuditSearch;
  proveErasure: (personId: string) => Promise<ErasureProof>;
  users: UserStore;
  apiTokens: ApiTokenStore;
  people: PeopleStore;
  enroller: Enroller;
  importer: Importer;
  eraser: Eraser;
  editor: PersonEditor;
  exporter: PersonExporter;
  audit: AuditStore;
  operatingPoints: OperatingPoints;
  galleryCheck: GalleryCheck;
  enrolled: Pick<EnrolledStore, 'crop'>;
  photos: PhotoAnalyser;
  evaluations: Evaluations;
  kiosks: KioskStore;
  pairings: Pairings;
  streams: { isOnline(kioskId: string): boolean };
  health: { readiness(): Promise<Readiness> };
  /** What GET /metrics prints; the requests' durations are added to it. */
  registry: Registry;
  readCrop: (stream: string, track: number, sequence: number) => Promise<Buffer | undefined>;
  sightings: SightingStore;
  recorder: Pick<SightingRecorder, 'crop' | 'sweep'>;
  confirmations: Pick<Confirmations, 'confirm' | 'takeBack' | 'list'>;
  unknowns: Unknowns;
  assigner: Assigner;
  alerts: Pick<Alerts, 'list' | 'watchList' | 'watch' | 'unwatch' | 'acknowledge'>;
  /** The embedder that serves at the time of each use. */
  model: EmbedderEntry;
  models: Models;
  groups: GroupStore;
  students: Students;
  coordinator: Coordinator;
  lessons: Lessons;
  /** The embedder that serves now, and its file. */
  embedder: () => Promise<{ file: Uint8Array }>;
  webhooks: Pick<Webhooks, 'list' | 'create' | 'change' | 'remove' | 'test'>;
  /** Folder of the built pages. */
  clientDir: string;
  /** Base of the links; asked at each use, since a free port is known only after listening. */
  publicUrl: () => string;
  /** Whether a proxy stands in front, whose X-Forwarded-For tells the client's address. */
  behindProxy: boolean;
  /** Of the server, as told in the API's description. */
  version: string;
  logger: Logger;
  requestsPerMinute?: number;
};

/** Everything that is served over HTTP: pages, REST API, health. */
export function createHttpApp(dependencies: HttpAppDependencies): Express {
  const { auth, photos, kiosks, model, publicUrl, registry, logger } = dependencies;
  const { requestsPerMinute = REQUESTS_PER_MINUTE } = dependencies;
  const guard = createGuard({ auth, publicUrl, requestsPerMinute });
  const uploads = createUploads();
  const seconds = new Histogram({
    name: 'facewire_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', dependencies.behindProxy ? 'loopback, linklocal, uniquelocal' : false);
  app.use(identifyRequest, observeRequest({ logger, seconds }), securityHeaders({ publicUrl }));
  app.use(pagesRoute({ clientDir: dependencies.clientDir }));
  app.use(guard.limit, express.json({ limit: JSON_LIMIT }));
  app.use(
    healthRoute({ health: dependencies.health, registry, guard }),
    docsRoute({ publicUrl, version: dependencies.version }),
    authRoute({ auth, kiosks, users: dependencies.users, publicUrl, guard }),
    usersRoute({ users: dependencies.users, auth, publicUrl, guard }),
    retentionRoute({ retention: dependencies.retention, recorder: dependencies.recorder, guard }),
    operationRoute({ parts: dependencies.parts, queueDesk: dependencies.queueDesk, guard }),
    auditRoute({
      search: dependencies.auditSearch,
      proveErasure: dependencies.proveErasure,
      users: dependencies.users,
      audit: dependencies.audit,
      guard,
    }),
    tokensRoute({ apiTokens: dependencies.apiTokens, guard }),
    // Before the kiosks by id: `pair` is none.
    pairingsRoute({ pairings: dependencies.pairings, kiosks, auth, guard }),
    kiosksRoute({ kiosks, auth, streams: dependencies.streams, publicUrl, guard }),
    enrollRoute({ enroller: dependencies.enroller, guard, uploads }),
    importsRoute({ importer: dependencies.importer, guard, uploads }),
    peopleRoute({
      people: dependencies.people,
      editor: dependencies.editor,
      eraser: dependencies.eraser,
      guard,
    }),
    operatingPointRoute({
      operatingPoints: dependencies.operatingPoints,
      galleryCheck: dependencies.galleryCheck,
      enrolled: dependencies.enrolled,
      guard,
    }),
    // After the photos themselves, whose addresses end in .jpg.
    personChangesRoute({
      editor: dependencies.editor,
      exporter: dependencies.exporter,
      audit: dependencies.audit,
      guard,
    }),
    identifyRoute({ photos, model: () => model.name, guard, uploads }),
    verifyRoute({ photos, model, guard, uploads }),
    evaluationsRoute({ evaluations: dependencies.evaluations, guard, uploads }),
    modelsRoute({ models: dependencies.models, guard }),
    trainingRoute({
      groups: dependencies.groups,
      students: dependencies.students,
      coordinator: dependencies.coordinator,
      guard,
    }),
    lessonsRoute({ lessons: dependencies.lessons, kiosks, embedder: dependencies.embedder, guard }),
    webhooksRoute({ webhooks: dependencies.webhooks, guard }),
    cropsRoute({ readCrop: dependencies.readCrop, guard }),
    sightingsRoute({
      sightings: dependencies.sightings,
      recorder: dependencies.recorder,
      audit: dependencies.audit,
      guard,
    }),
    confirmationsRoute({ confirmations: dependencies.confirmations, guard }),
    unknownsRoute({ unknowns: dependencies.unknowns, assigner: dependencies.assigner, guard }),
    alertsRoute({ alerts: dependencies.alerts, guard }),
  );
  app.use(nothingHere, answerErrors({ logger }));
  return app;
}
