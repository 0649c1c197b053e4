import type { CropAnswer, Decision } from '../../protocol/jobs.ts';
import type { LabelState } from '../../protocol/label.ts';
import type { Evidence } from '../queue/crop-queue.ts';

/** Crops without a match after which a track is called unknown rather than still looked at. */
const UNKNOWN_AFTER = 3;
/**
 * A named track keeps its name while the same person stays the best candidate and the score is within this
 * of the threshold (cosine): the name does not flicker at the edge.
 */
const HOLD_MARGIN = 0.05;
const MAX_TRACKS = 64;

/** A worker's answer that came to a decision. */
export type Decided = Extract<CropAnswer['result'], { outcome: 'decided' }>;
/** The same with the quality of the crop that it is about, 0 to 1. */
export type DecidedCrop = Decided & { quality?: number };

export type TrackLabel = {
  state: Extract<LabelState, 'looking' | 'identified' | 'unknown' | 'ambiguous'>;
  person?: { id: string; name: string };
  score?: number;
  confidence?: number;
};

/** What an operator has said of a track, until it ends. */
type Said = {
  /** Whose names it is not given again, whatever the crops look like. */
  denied: Set<string>;
  /** Who it is, as long as the same face is in the picture. */
  is: { id: string; name: string } | undefined;
};

type Track = { evidence: Evidence; crops: number; label: TrackLabel };

/** Evidence over the frames of one kiosk: turns the workers' decisions into the state of each track. */
export class TrackFusion {
  readonly #tracks = new Map<number, Track>();
  readonly #said = new Map<number, Said>();

  /** What the next crop of this track is to be added to. */
  evidence(track: number): Evidence | undefined {
    return this.#tracks.get(track)?.evidence;
  }

  update(track: number, result: Decided): TrackLabel {
    const before = result.evidenceReset ? undefined : this.#tracks.get(track);
    const crops = (before?.crops ?? 0) + 1;
    const said = this.#said.get(track);
    if (said && result.evidenceReset) said.is = undefined;
    const label = said?.is
      ? ({ state: 'identified', person: said.is } as const)
      : nextLabel(before?.label, result.decision, crops, said?.denied);
    this.#tracks.delete(track);
    this.#tracks.set(track, {
      evidence: {
        sum: Buffer.from(result.evidence, 'base64'),
        weight: result.evidenceWeight,
        model: result.decision.model,
        student: result.decision.student,
      },
      crops,
      label,
    });
    if (this.#tracks.size > MAX_TRACKS) this.#tracks.delete(this.#tracks.keys().next().value as number);
    return label;
  }

  end(track: number): void {
    this.#tracks.delete(track);
    this.#said.delete(track);
  }

  /**
   * An operator has answered, or taken an answer back.
   * @param answer.recognised whom recognition had named
   * @param answer.denied whether it is not them
   * @param answer.is who it is instead
   * @param answer.label what the track is called until its next crop
   */
  correct(
    track: number,
    answer: { recognised: string | undefined; denied: boolean; is: Said['is']; label: TrackLabel },
  ): void {
    const said = this.#said.get(track) ?? { denied: new Set(), is: undefined };
    said.is = answer.is;
    if (answer.recognised && answer.denied) said.denied.add(answer.recognised);
    else if (answer.recognised) said.denied.delete(answer.recognised);
    this.#said.delete(track);
    this.#said.set(track, said);
    if (this.#said.size > MAX_TRACKS) this.#said.delete(this.#said.keys().next().value as number);
    const known = this.#tracks.get(track);
    if (known) known.label = answer.label;
  }

  /** Ends every track that bears the name of a person who was erased. @returns those tracks */
  forget(personId: string): number[] {
    const ended = [...this.#tracks]
      .filter(([, { label }]) => label.person?.id === personId)
      .map(([track]) => track);
    for (const track of ended) this.#tracks.delete(track);
    for (const said of this.#said.values()) if (said.is?.id === personId) said.is = undefined;
    return ended;
  }
}

function nextLabel(
  before: TrackLabel | undefined,
  decision: Decision,
  crops: number,
  denied: ReadonlySet<string> | undefined,
): TrackLabel {
  const [best] = decision.candidates;
  const score = best ? { score: Math.min(1, Math.max(-1, best.score)) } : {};
  const confidence = decision.confidence === undefined ? {} : { confidence: decision.confidence };
  if (best && denied?.has(best.personId)) return { state: 'unknown' };
  const holds =
    best !== undefined &&
    decision.state === 'unknown' &&
    before?.state === 'identified' &&
    before.person?.id === best.personId &&
    best.score >= decision.threshold - HOLD_MARGIN;
  if (best && (decision.state === 'identified' || holds)) {
    return { state: 'identified', person: { id: best.personId, name: best.name }, ...score, ...confidence };
  }
  if (decision.state === 'ambiguous') return { state: 'ambiguous', ...score };
  return { state: crops < UNKNOWN_AFTER ? 'looking' : 'unknown', ...score };
}
