import { createEvaluationStore } from '../evaluation/console/evaluation.store.ts';
import { createEvaluations } from '../evaluation/console/evaluations.ts';
import { createModels } from '../models/models.ts';
import { createSwitchStore } from '../models/switch.store.ts';
import { createSwitcher } from '../models/switcher.ts';
import { createEnrolledStore } from '../operating-point/enrolled.store.ts';
import { createFpirStore } from '../operating-point/fpir.store.ts';
import { createGalleryCheck } from '../operating-point/gallery-check.ts';
import { createOperatingPoints } from '../operating-point/operating-point.ts';
import { createGalleryPublisher } from '../people/gallery-publisher.ts';
import { createPeopleStore } from '../people/people.store.ts';
import type { Ground } from './ground.ts';

export type Gallery = ReturnType<typeof openGallery>;

/** The people enrolled, their templates at the workers, and what is measured and promised of them. */
export function openGallery(ground: Ground) {
  const { config, database, vault, redis, audit, serving, bulk, library, logger, onClose } = ground;
  const people = createPeopleStore({ database, vault, audit });
  const publisher = createGalleryPublisher({ database, people, redis, vault, logger });
  publisher.start();
  onClose(() => publisher.close());
  const switches = createSwitchStore({ database, vault, audit });
  const switcher = createSwitcher({
    database,
    store: switches,
    serving,
    bulk,
    publisher,
    redis,
    runner: ground.serverId,
    logger,
  });
  switcher.start();
  onClose(() => switcher.close());
  const evaluations = createEvaluations({
    dataDir: ground.dataDir,
    vault,
    lane: bulk,
    store: createEvaluationStore({ database }),
    audit,
    model: () => serving.current(),
    logger,
  });
  onClose(() => evaluations.close());
  const enrolled = createEnrolledStore({ database, vault });
  const operatingPoints = createOperatingPoints({
    database,
    redis,
    enrolled,
    fpirs: createFpirStore({ database, audit }),
    model: () => serving.current(),
    defaultFpir: config.FPIR,
    logger,
  });
  operatingPoints.start();
  onClose(() => operatingPoints.close());
  const galleryCheck = createGalleryCheck({ enrolled, operatingPoints });
  onClose(() => galleryCheck.close());
  return {
    people,
    publisher,
    enrolled,
    evaluations,
    operatingPoints,
    galleryCheck,
    models: createModels({ library, serving, store: switches, switcher }),
  };
}
