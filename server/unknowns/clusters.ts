import { cosine } from '../../models/embedding.ts';

/** A sighting of somebody unknown as it is compared: its track's mean embedding (see `trackEmbedding`), and its group. */
export type Member = { sighting: string; group: string; embedding: Float32Array };

type Group = {
  members: Set<string>;
  sum: Float32Array;
  /** What others are compared with: the direction of the sum, of length √R (see {@link meanDirection}). */
  direction: Float32Array;
};

/**
 * Groups of sightings that seem to show one person: a new sighting goes to the group whose mean is most like it, or
 * begins one. A mean is a better likeness than any single sighting, and one look that resembles two people does not
 * chain them together, as it would by nearest neighbours. All embeddings are of one model; plain arithmetic, no clock.
 */
export class Clusters {
  readonly #members = new Map<string, Member>();
  readonly #groups = new Map<string, Group>();

  get groups(): number {
    return this.#groups.size;
  }

  get(sighting: string): Member | undefined {
    return this.#members.get(sighting);
  }

  sightings(): IterableIterator<string> {
    return this.#members.keys();
  }

  /** How many sightings a group has. */
  size(group: string): number {
    return this.#groups.get(group)?.members.size ?? 0;
  }

  /** The likeness of a group, of length √R; `undefined` when it has no sighting here. */
  mean(group: string): Float32Array | undefined {
    return this.#groups.get(group)?.direction;
  }

  /** Puts a sighting into a group, out of the one where it was, with the embedding that it has by now. */
  put(member: Member): void {
    this.remove(member.sighting);
    this.#members.set(member.sighting, member);
    const group = this.#groups.get(member.group) ?? {
      members: new Set(),
      sum: new Float32Array(member.embedding.length),
      direction: member.embedding,
    };
    this.#groups.set(member.group, group);
    group.members.add(member.sighting);
    this.#add(group, member.embedding, 1);
  }

  remove(sighting: string): void {
    const member = this.#members.get(sighting);
    const group = member && this.#groups.get(member.group);
    if (!member || !group) return;
    this.#members.delete(sighting);
    group.members.delete(sighting);
    if (group.members.size === 0) this.#groups.delete(member.group);
    else this.#add(group, member.embedding, -1);
  }

  /** The group that is most like an embedding, and the likeness (cosine). @param except a group that does not count */
  nearest(embedding: Float32Array, except?: string): { group: string; score: number } | undefined {
    let best: { group: string; score: number } | undefined;
    for (const [id, { direction }] of this.#groups) {
      if (id === except) continue;
      const score = cosine(direction, embedding);
      if (!best || score > best.score) best = { group: id, score };
    }
    return best;
  }

  #add(group: Group, embedding: Float32Array, sign: 1 | -1): void {
    const { sum } = group;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + sign * (embedding[i] as number);
    group.direction = meanDirection(sum, group.members.size);
  }
}

/**
 * The direction of a sum of `weight` embeddings, of length √R, where R ≤ 1 is the length of their mean: as a track's
 * evidence is searched with (see models/evidence.ts), so that thresholds of single crops hold for means too.
 */
export function meanDirection(sum: Float32Array, weight: number): Float32Array {
  const length = Math.hypot(...sum);
  const scale = length > 0 && weight > 0 ? Math.sqrt(Math.min(1, length / weight)) / length : 0;
  return sum.map((value) => value * scale);
}
