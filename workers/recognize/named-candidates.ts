import type { Candidate } from '../../protocol/jobs.ts';
import type { Match } from '../runtime/engine.ts';
import type { Gallery } from '../runtime/gallery.ts';

/** Matches with the people's names. Whoever was removed while the search ran has none, and is left out. */
export function namedCandidates(options: {
  matches: readonly Match[];
  gallery: Pick<Gallery, 'nameOf'>;
}): Candidate[] {
  return options.matches.flatMap(({ personId, score }) => {
    const name = options.gallery.nameOf(personId);
    return name === undefined ? [] : [{ personId, name, score }];
  });
}
