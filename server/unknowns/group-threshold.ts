import { thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';

/**
 * How rarely a sighting may be put to somebody else's group. Taking two people for one is worse than one for two: the
 * operator sees the second at once, the first only when it is too late. Measured by test/bench/unknowns.ts on 1,864
 * photographs of 899 strangers, one a sighting: B-cubed precision 100.0 % and recall 91.8 % at 0.001, 99.4 and 96.8 %
 * at 0.01; 514 films of 240 of them, by turns steady, walking in, dim and shaky: 99.9 and 84.5 %, 99.0 and 90.6 %.
 */
const WRONG_GROUP_RATE = 0.001;

/**
 * The cosine from which a sighting belongs to a group: it follows from the model's table and from how many groups there
 * are, as that of a search of enrolled people does.
 */
export function groupThreshold(options: {
  model: Pick<EmbedderEntry, 'thresholds'>;
  groups: number;
  rate?: number;
}): number {
  const { model, groups, rate = WRONG_GROUP_RATE } = options;
  return thresholdFor({ manifestEntry: model, fpir: rate, gallerySize: groups });
}
