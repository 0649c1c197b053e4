import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Plugin } from 'vite';

const packages = new URL('../../node_modules/', import.meta.url).pathname;
const FOLDERS = {
  '/models/human/': join(packages, '@vladmandic/human/models'),
  '/models/wasm/': join(packages, '@tensorflow/tfjs-backend-wasm/dist'),
} as const;

/** Serves the client's sources and the models, and nothing of the server: for tests of what runs in the page alone. */
export async function startClientServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await createServer({
    configFile: new URL('../../config/vite.config.ts', import.meta.url).pathname,
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
    plugins: [modelFiles()],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('The client server has no port.');
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

function modelFiles(): Plugin {
  return {
    name: 'model-files',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = request.url ?? '';
        const prefix = Object.keys(FOLDERS).find((name) => path.startsWith(name)) as
          | keyof typeof FOLDERS
          | undefined;
        const file = prefix && path.slice(prefix.length);
        if (!prefix || !file || !/^[\w-]+\.(json|bin|wasm)$/.test(file)) return next();
        const type = file.endsWith('.json')
          ? 'application/json'
          : file.endsWith('.wasm')
            ? 'application/wasm'
            : 'application/octet-stream';
        response.setHeader('content-type', type);
        createReadStream(join(FOLDERS[prefix], file))
          .on('error', () => response.writeHead(404).end())
          .pipe(response);
      });
    },
  };
}
