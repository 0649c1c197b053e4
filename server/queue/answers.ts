import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import {
  answerSchema,
  type CropAnswer,
  type EmbedAnswer,
  type PhotoAnswer,
  redisKeys,
  type SearchAnswer,
  sealPurposes,
} from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';

type AnswerOf = { crop: CropAnswer; photo: PhotoAnswer; embed: EmbedAnswer; search: SearchAnswer };
type Kind = keyof AnswerOf;

export class AnswerTimeout extends Error {
  readonly code = 'answer-timeout';
}

type Waiting = { kind: Kind; settle: (answer: AnswerOf[Kind] | undefined) => void };

/** Waits for what workers publish to this server process; each job is answered once, whatever arrives. */
export class Answers {
  readonly server: string;
  readonly #subscriber: Redis;
  readonly #waiting = new Map<string, Waiting>();
  readonly #onUnexpected: () => void;

  private constructor(options: { server: string; subscriber: Redis; onUnexpected: () => void }) {
    this.server = options.server;
    this.#subscriber = options.subscriber;
    this.#onUnexpected = options.onUnexpected;
  }

  /**
   * @param options.subscriber a connection of its own: it goes into subscriber mode
   * @param options.onUnexpected told of an answer that nobody waits for: late, or given twice
   */
  static async create(options: {
    server: string;
    subscriber: Redis;
    vault: Vault;
    logger: Logger;
    onUnexpected: () => void;
  }): Promise<Answers> {
    const answers = new Answers(options);
    options.subscriber.on('messageBuffer', (_channel: Buffer, sealed: Buffer) => {
      try {
        answers.#handle(options.vault.open(sealPurposes.answer, sealed));
      } catch (error) {
        options.logger.warn({ err: error }, 'a worker published an answer that is not understood');
      }
    });
    await options.subscriber.subscribe(redisKeys.answers(options.server));
    return answers;
  }

  /** @returns a promise that rejects with {@link AnswerTimeout}, and a way to stop waiting */
  expect<K extends Kind>(options: { id: string; kind: K; timeoutMs: number }) {
    const { id, kind, timeoutMs } = options;
    const { promise, resolve, reject } = Promise.withResolvers<AnswerOf[K]>();
    // The caller attaches its handler only once the job is queued, which a slow Redis may delay past the timeout.
    promise.catch(() => {});
    const timer = setTimeout(() => this.#waiting.get(id)?.settle(undefined), timeoutMs);
    this.#waiting.set(id, {
      kind,
      settle: (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (answer) resolve(answer as AnswerOf[K]);
        else reject(new AnswerTimeout(`no answer to ${id} within ${timeoutMs} ms`));
      },
    });
    return { promise, cancel: () => this.#waiting.get(id)?.settle(undefined) };
  }

  close(): void {
    for (const { settle } of [...this.#waiting.values()]) settle(undefined);
    this.#subscriber.disconnect();
  }

  #handle(json: Buffer): void {
    const answer = answerSchema.parse(JSON.parse(json.toString('utf8')));
    const waiting = this.#waiting.get(answer.id);
    if (waiting?.kind === answer.kind) waiting.settle(answer);
    else this.#onUnexpected();
  }
}
