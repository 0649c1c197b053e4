import { EventEmitter } from 'node:events';
import type { Confirm } from '../../protocol/confirmations.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { Sighting } from '../../protocol/events.ts';
import type { Answered, ConfirmationStore } from './confirmation.store.ts';

type Events = {
  /** An operator has said who a sighting shows: training may learn from it. */
  confirmed: [{ sighting: string; person: string }];
  /** Training must not (any more). */
  withdrawn: [{ sighting: string }];
};

/** Operators' answers about sightings: stored, told to whoever shows the sighting, and to training. */
export class Confirmations extends EventEmitter<Events> {
  readonly #store: ConfirmationStore;
  readonly #written: (sighting: string) => Promise<unknown>;
  readonly #onAnswered: (answered: Answered) => void;

  /**
   * @param options.written resolves once a sighting that is being written is in the database
   * @param options.onAnswered told at once what the sighting is now
   */
  constructor(options: {
    store: ConfirmationStore;
    written: (sighting: string) => Promise<unknown>;
    onAnswered: (answered: Answered) => void;
  }) {
    super();
    this.#store = options.store;
    this.#written = options.written;
    this.#onAnswered = options.onAnswered;
  }

  /** @throws {FacewireError} `not-found`; `bad-state` for yes and no where recognition named nobody */
  async confirm(input: { sighting: string; answer: Confirm; by: string }): Promise<Sighting> {
    await this.#written(input.sighting);
    return this.#tell(await this.#store.confirm(input));
  }

  /** @throws {FacewireError} `not-found`, also when no answer counts */
  async takeBack(input: { sighting: string; by: string }): Promise<Sighting> {
    return this.#tell(await this.#store.takeBack(input));
  }

  list(query: Parameters<ConfirmationStore['list']>[0]): ReturnType<ConfirmationStore['list']> {
    return this.#store.list(query);
  }

  #tell(answered: Answered | undefined): Sighting {
    if (!answered) throw noSuchSighting();
    const { sighting } = answered;
    this.#onAnswered(answered);
    const person = sighting.confirmation?.person?.id;
    if (person) this.emit('confirmed', { sighting: sighting.id, person });
    else this.emit('withdrawn', { sighting: sighting.id });
    return sighting;
  }
}

/** The answer for an id that no sighting has. */
export function noSuchSighting(): FacewireError {
  return new FacewireError(
    'not-found',
    'There is no such sighting (any more): sightings are kept for a limited time, and go when the person is erased.',
  );
}
