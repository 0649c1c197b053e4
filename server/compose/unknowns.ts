import type { Enroller } from '../people/enroll.ts';
import type { Eraser } from '../people/erase.ts';
import { galleryHead } from '../people/gallery-log.store.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import { createAssigner } from '../unknowns/assigner.ts';
import { createAssignmentStore } from '../unknowns/assignment.store.ts';
import { createGrouper } from '../unknowns/grouper.ts';
import { createSuggester } from '../unknowns/suggester.ts';
import { createUnknownStore } from '../unknowns/unknown.store.ts';
import { createUnknownListStore } from '../unknowns/unknown-list.store.ts';
import { createUnknowns } from '../unknowns/unknowns.ts';
import type { Gallery } from './gallery.ts';
import type { Ground } from './ground.ts';
import type { Live } from './live.ts';

/** Many changes at once are told once. */
const TELL_MS = 200;

/** Sightings of unknown people in groups, until somebody says who they are. */
export function openUnknowns(
  ground: Pick<Ground, 'database' | 'vault' | 'audit' | 'bulk' | 'serving' | 'logger' | 'onClose'>,
  gallery: Pick<Gallery, 'people' | 'publisher'>,
  live: Pick<Live, 'hub' | 'recorder' | 'retention' | 'confirmations' | 'retell'>,
  options: {
    eraser: Eraser;
    enrollerOf: (photos: PhotoAnalyser) => Enroller;
    countPeople: () => void;
  },
) {
  const { database, vault, audit, bulk, serving, logger, onClose } = ground;
  const { hub } = live;
  const lists = createUnknownListStore({ database });
  let telling: NodeJS.Timeout | undefined;
  const tell = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      lists.count().then(
        (groups) => hub.setUnknowns(groups),
        () => {}, // Only what consoles show: told with the next change.
      );
    }, TELL_MS);
  };
  const store = createUnknownStore({ database, vault, audit });
  const grouper = createGrouper({
    hub,
    store,
    model: serving.live,
    written: (sighting) => live.recorder.written(sighting),
    embed: (input) => bulk.embedCrops(input),
    onChange: tell,
    logger,
  });
  // Whoever is enrolled, renamed or erased may be suggested, or not any more.
  hub.on('gallery', tell);
  tell();
  onClose(async () => {
    hub.off('gallery', tell);
    await grouper.close();
    clearTimeout(telling);
  });
  const suggester = createSuggester({
    meanOf: (group) => grouper.meanOf(group),
    search: (input) => bulk.search(input),
    names: (...asked) => lists.names(...asked),
    galleryHead: () => galleryHead(database),
    model: serving.live,
    onNews: tell,
  });
  return {
    unknowns: createUnknowns({
      store,
      lists,
      grouper,
      suggester,
      retentionHours: async () => (await live.retention.get()).retention.unknownHours,
      onErased: (sightings) => hub.forgetSightings(sightings),
      onChange: tell,
    }),
    assigner: createAssigner({
      store,
      assignments: createAssignmentStore({ database, audit }),
      confirmations: live.confirmations,
      people: gallery.people,
      gallery: gallery.publisher,
      eraser: options.eraser,
      enrollerOf: options.enrollerOf,
      lane: bulk,
      model: serving.live,
      onPhotosRemoved: (personIds, galleryVersion) => {
        live.retell(personIds, galleryVersion);
        options.countPeople();
      },
      onChange: async () => {
        await grouper.sync();
        tell();
      },
    }),
  };
}
