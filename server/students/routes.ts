import type { CameraStudents } from './version.store.ts';

type Route = { group: string; serving: string | undefined; trial: string | undefined };
const NONE = { serving: undefined, trial: undefined };

/** Which students a camera has at this moment: asked for each crop, so a change takes effect with the next one. */
export class StudentRoutes {
  #routes = new Map<string, Route>();

  set(cameras: readonly CameraStudents[]): void {
    this.#routes = new Map(
      cameras.map(({ camera, group, serving, trial }) => [
        camera,
        { group, serving: serving ?? undefined, trial: trial ?? undefined },
      ]),
    );
  }

  of(stream: string): Pick<Route, 'serving' | 'trial'> {
    return this.#routes.get(stream) ?? NONE;
  }

  groupOf(stream: string): string | undefined {
    return this.#routes.get(stream)?.group;
  }
}
