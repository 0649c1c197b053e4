import {
  type Learnable,
  type Lesson,
  type LessonResult,
  lessonSchema,
  lessonStateSchema,
} from '../../../protocol/lessons.ts';
import type { Backend } from '../../pipeline/backend.ts';
import type { Engine } from './engine.ts';
import { type Circumstances, holdOf, type LearningHold } from './idle-rule.ts';
import type { LearnEvent, LearnRequest, Score } from './learn.messages.ts';
import { type LearnableSample, peopleIn, SampleBuffer } from './sample-buffer.ts';

/** What the page shows of it. */
export type LearningView = {
  /** `ready`: nothing new to learn; `judging`: the server measures what was learnt. */
  state: LearningHold | 'few' | 'ready' | 'learning' | 'judging' | 'failed';
  /** Crops that may be learnt from, and the people whom they show. */
  crops: number;
  people: number;
  paused: boolean;
  step?: { at: number; of: number; ms: number };
  /** On this kiosk's own crops that were kept back: with the base, and with what was learnt. */
  own?: { before: Score; after: Score };
  /** What works the lesson out, and what does not and why. */
  engine?: Engine;
  last?: LessonResult;
  message?: string;
};

/** What is learnt from fewer people does strangers no good: measured, see README. */
const LEAST_PEOPLE = 24;
/** For the gradient of one crop by itself: a step of 16 is over after 2.4 s, whatever the device does at once. */
const MOST_MS = 150;
const LOOK_MS = 1000;
const POLL_MS = 3000;
/** After a lesson, and after one that failed. */
const PAUSE_MS = 10 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 60_000;
const STORAGE_KEY = 'facewire.learning-paused';

type LearningOptions = {
  ask: (sightings: string[]) => Promise<Learnable>;
  circumstances: () => Omit<Circumstances, 'paused' | 'charging' | 'allowed' | 'visible'>;
  onView: (view: LearningView | undefined) => void;
  /** Where TensorFlow.js may be tried, in this order. */
  backends: () => readonly Backend[];
  now: () => number;
};
type Running = { worker: Worker; sightings: ReadonlySet<string>; held: boolean };

/**
 * Lets this browser teach its camera's student while nobody is there. Crops stay in its memory; templates come for people
 * who were confirmed at this camera alone; what was learnt goes to the server, which decides whether it is used.
 */
export class Learning {
  readonly #options: LearningOptions;
  readonly #buffer = new SampleBuffer();
  #allowed = false;
  #paused = wasPaused();
  #charging: boolean | undefined;
  #running: Running | undefined;
  #beginning = false;
  #judging = false;
  #polledAt = 0;
  #nextAt = 0;
  /** Sightings of the last lesson: the same again teaches nothing. */
  #learntFrom = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  #shown: Partial<LearningView> = {};

  constructor(options: LearningOptions) {
    this.#options = options;
    void batteryOf(navigator)?.then(
      (battery) => {
        const look = () => {
          this.#charging = battery.charging;
        };
        look();
        battery.addEventListener('chargingchange', look);
      },
      () => {},
    );
  }

  /** The kiosk's policy, as the server told it. What was gathered under another goes at once. */
  allow(allowed: boolean): void {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    clearInterval(this.#timer);
    if (allowed) this.#timer = setInterval(() => this.#look(), LOOK_MS);
    else {
      this.#stop();
      this.#buffer.clear();
    }
    this.#show();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    try {
      localStorage.setItem(STORAGE_KEY, paused ? 'yes' : 'no');
    } catch {
      // Storage is full or forbidden: it lasts as long as the page.
    }
    this.#look();
  }

  offer(crop: { track: number; payload: Uint8Array }): void {
    if (this.#allowed) this.#buffer.offer(crop, this.#options.now());
  }

  handleTrackEnded(track: number): void {
    this.#buffer.handleTrackEnded(track);
  }

  handleSighted({ track, sighting }: { track: number; sighting: string }): void {
    if (this.#allowed) this.#buffer.handleSighted(track, sighting, this.#options.now());
  }

  /** Also after a new connection: it may have been said while there was none. */
  async handleChanged(): Promise<void> {
    if (!this.#allowed) return;
    this.#buffer.suspend();
    this.#hold(true);
    try {
      await this.#ask();
    } catch {
      this.#stop();
      return;
    }
    const still = new Set(this.#buffer.samples(this.#options.now()).map(({ sighting }) => sighting));
    if (this.#running && ![...this.#running.sightings].every((sighting) => still.has(sighting))) this.#stop();
    this.#look();
  }

  async #ask(): Promise<void> {
    const asked = this.#buffer.sightings;
    this.#buffer.handleAnswer(asked, await this.#options.ask(asked));
  }

  #holdNow(): LearningHold | undefined {
    return holdOf({
      ...this.#options.circumstances(),
      allowed: this.#allowed,
      paused: this.#paused,
      visible: document.visibilityState === 'visible',
      charging: this.#charging,
    });
  }

  #look(): void {
    const { now } = this.#options;
    const hold = this.#holdNow();
    this.#hold(hold !== undefined);
    if (this.#judging && now() - this.#polledAt > POLL_MS) void this.#poll();
    if (!hold && !this.#running && !this.#beginning && !this.#judging && now() >= this.#nextAt) {
      const samples = this.#buffer.samples(now());
      if (peopleIn(samples) >= LEAST_PEOPLE && keyOf(samples) !== this.#learntFrom) void this.#begin();
    }
    this.#show();
  }

  #hold(held: boolean): void {
    if (!this.#running || this.#running.held === held) return;
    this.#running.held = held;
    this.#running.worker.postMessage({ type: held ? 'hold' : 'go-on' } satisfies LearnRequest);
  }

  async #begin(): Promise<void> {
    this.#beginning = true;
    try {
      const lesson = lessonSchema.parse(await (await fetched('/training/lesson', { method: 'POST' })).json());
      const [model, checkpoint] = await Promise.all(
        ['model', 'checkpoint'].map(
          async (what) => new Uint8Array(await (await fetched(`/training/lesson/${what}`)).arrayBuffer()),
        ),
      );
      // Whatever was taken back since is not learnt from, and the server notes whose templates this lesson had.
      await this.#ask();
      const samples = this.#buffer.samples(this.#options.now());
      if (!model || !checkpoint || peopleIn(samples) < LEAST_PEOPLE || this.#holdNow()) return;
      this.#start({ lesson, model, checkpoint, samples });
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#beginning = false;
      this.#show();
    }
  }

  #start(input: {
    lesson: Lesson;
    model: Uint8Array<ArrayBuffer>;
    checkpoint: Uint8Array<ArrayBuffer>;
    samples: LearnableSample[];
  }): void {
    const worker = new Worker(new URL('./learn.worker.ts', import.meta.url), { type: 'module' });
    this.#running = {
      worker,
      sightings: new Set(input.samples.map(({ sighting }) => sighting)),
      held: false,
    };
    this.#learntFrom = keyOf(input.samples);
    // What was found out in an earlier lesson holds as long as the page does.
    const { engine } = this.#shown;
    this.#shown = engine ? { engine } : {};
    worker.onmessage = ({ data }: { data: LearnEvent }) => {
      if (this.#running?.worker === worker) void this.#handle(data);
    };
    worker.onerror = (event) => this.#failed(new Error(event.message || 'The worker did not start.'));
    const backends = engine ? [engine.backend] : this.#options.backends();
    worker.postMessage({ type: 'begin', ...input, backends, mostMs: MOST_MS } satisfies LearnRequest);
  }

  async #handle(event: LearnEvent): Promise<void> {
    if (event.type === 'failed') this.#failed(new Error(event.message));
    else if (event.type === 'step') this.#shown.step = { at: event.step, of: event.steps, ms: event.ms };
    else if (event.type === 'engine') {
      const { backend, part } = event;
      const passedOver = [...(this.#shown.engine?.passedOver ?? []), ...event.passedOver];
      this.#shown.engine = { backend, part, passedOver };
    } else {
      const { before, after, backend, part, steps, crops, delta } = event;
      this.#stop();
      this.#nextAt = this.#options.now() + PAUSE_MS;
      this.#shown.own = { before, after };
      if (after.cosine > before.cosine && after.rank1 >= before.rank1) {
        const query = new URLSearchParams({
          backend,
          part,
          steps: `${steps}`,
          crops: `${crops}`,
          before: `${before.rank1}`,
          after: `${after.rank1}`,
        });
        try {
          await fetched(`/training/lesson/checkpoint?${query}`, {
            method: 'POST',
            headers: { 'content-type': 'application/octet-stream' },
            body: delta,
          });
          this.#judging = true;
        } catch (error) {
          this.#failed(error);
        }
      }
    }
    this.#show();
  }

  /** Which is better is measured by the server; the next lesson begins with that. */
  async #poll(): Promise<void> {
    this.#polledAt = this.#options.now();
    try {
      const { state, last } = lessonStateSchema.parse(await (await fetched('/training/lesson')).json());
      if (state === 'judging') return;
      this.#judging = false;
      if (last) this.#shown.last = last;
      this.#show();
    } catch {
      // Asked again in a moment.
    }
  }

  #failed(error: unknown): void {
    this.#stop();
    this.#learntFrom = '';
    this.#nextAt = this.#options.now() + PAUSE_AFTER_FAILURE_MS;
    this.#shown.message = error instanceof Error ? error.message : String(error);
    this.#show();
  }

  /** What was learnt so far is gone with the worker. */
  #stop(): void {
    this.#running?.worker.terminate();
    this.#running = undefined;
    delete this.#shown.step;
  }

  #show(): void {
    const { onView, now } = this.#options;
    if (!this.#allowed) {
      onView(undefined);
      return;
    }
    const samples = this.#buffer.samples(now());
    const people = peopleIn(samples);
    const hold = this.#holdNow();
    const idle = this.#judging ? 'judging' : people < LEAST_PEOPLE ? 'few' : 'ready';
    const state =
      hold ?? (this.#running || this.#beginning ? 'learning' : this.#shown.message ? 'failed' : idle);
    onView({ ...this.#shown, state, crops: samples.length, people, paused: this.#paused });
  }
}

function wasPaused(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'yes';
  } catch {
    return false;
  }
}

function keyOf(samples: readonly LearnableSample[]): string {
  return samples.map(({ sighting, at }) => `${sighting}${at}`).join();
}

/** @throws Error with the server's own words */
async function fetched(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Error(problem.detail ?? `The server answered ${response.status}.`);
}

type Battery = EventTarget & { charging: boolean };

function batteryOf(from: Navigator): Promise<Battery> | undefined {
  return (from as Navigator & { getBattery?: () => Promise<Battery> }).getBattery?.();
}
