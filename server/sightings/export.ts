import type { Sighting } from '../../protocol/events.ts';
import { SIGHTING_LIMITS, type SightingFilter } from '../../protocol/sightings.ts';
import { csvLine } from './csv.ts';
import type { SightingStore } from './sighting.store.ts';

export const EXPORT_TYPES = { csv: 'text/csv', json: 'application/json' } as const;
export type ExportFormat = keyof typeof EXPORT_TYPES;

type Cell = string | number | undefined;

/** Columns of the CSV, from left to right. */
const COLUMNS: Record<string, (sighting: Sighting) => Cell> = {
  id: ({ id }) => id,
  from: ({ at }) => at,
  until: ({ until }) => until,
  state: ({ state }) => state,
  personId: ({ personId }) => personId,
  name: ({ name }) => name,
  kioskId: ({ stream }) => stream,
  kiosk: ({ streamName }) => streamName,
  confidence: ({ confidence }) => confidence,
  crops: ({ crops }) => crops,
  score: ({ evidence }) => evidence?.score,
  threshold: ({ evidence }) => evidence?.threshold,
  gallerySize: ({ evidence }) => evidence?.gallerySize,
  model: ({ evidence }) => evidence?.model,
  otherId: ({ evidence }) => evidence?.other?.personId,
  other: ({ evidence }) => evidence?.other?.name,
  otherScore: ({ evidence }) => evidence?.other?.score,
  verdict: ({ confirmation }) => confirmation?.verdict,
  recognisedId: ({ confirmation }) => confirmation?.recognised?.id,
  recognised: ({ confirmation }) => confirmation?.recognised?.name,
  confirmedBy: ({ confirmation }) => confirmation?.by,
  confirmedAt: ({ confirmation }) => confirmation?.at,
};

/**
 * Sightings as a file, piece by piece, the newest first; at most `SIGHTING_LIMITS.exported`.
 * The first page is read before anything is given, so that what fails at once is still answered as an error.
 */
export async function exportSightings(options: {
  sightings: Pick<SightingStore, 'list'>;
  filter: SightingFilter;
  format: ExportFormat;
}): Promise<AsyncGenerator<string>> {
  const { sightings, filter, format } = options;
  const limit = SIGHTING_LIMITS.page;
  const first = await sightings.list({ ...filter, limit });

  async function* all() {
    let page = first;
    for (let rows = page.sightings.length; ; rows += page.sightings.length) {
      yield* page.sightings;
      if (!page.next || rows >= SIGHTING_LIMITS.exported) return;
      page = await sightings.list({ ...filter, limit, after: page.next });
    }
  }
  return format === 'csv' ? toCsv(all()) : toJson(all());
}

async function* toCsv(sightings: AsyncIterable<Sighting>) {
  yield csvLine(Object.keys(COLUMNS));
  for await (const sighting of sightings) yield csvLine(Object.values(COLUMNS).map((cell) => cell(sighting)));
}

async function* toJson(sightings: AsyncIterable<Sighting>) {
  yield `{"exportedAt":${JSON.stringify(new Date().toISOString())},"sightings":[`;
  let first = true;
  for await (const sighting of sightings) {
    yield `${first ? '' : ','}\n${JSON.stringify(sighting)}`;
    first = false;
  }
  yield '\n]}\n';
}
