import { type ModelsResponse, modelsResponseSchema } from '../../protocol/models.ts';
import { linkToServer } from '../command/server-link.ts';

export type RunningServer = {
  models(): Promise<ModelsResponse>;
  use(name: string, force: boolean): Promise<ModelsResponse>;
  cancel(): Promise<ModelsResponse>;
};

/**
 * The models of the server that runs on a data folder; each call throws `ServerError`.
 * @returns `undefined` when it has never run there
 */
export function findServer({ dataDir }: { dataDir: string }): RunningServer | undefined {
  const server = linkToServer({ dataDir });
  return (
    server && {
      models: () => server.ask(modelsResponseSchema, { method: 'GET', path: '/models' }),
      use: (name, force) =>
        server.ask(modelsResponseSchema, {
          method: 'POST',
          path: `/models/${encodeURIComponent(name)}/use`,
          body: { force },
        }),
      cancel: () => server.ask(modelsResponseSchema, { method: 'DELETE', path: '/models/switch' }),
    }
  );
}
