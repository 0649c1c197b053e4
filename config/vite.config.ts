import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');

export default defineConfig({
  root: resolve(root, 'client'),
  base: '/',
  plugins: [preact()],
  worker: { format: 'es' },
  build: {
    outDir: resolve(root, 'client/dist'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: {
        kiosk: resolve(root, 'client/kiosk/index.html'),
        console: resolve(root, 'client/console/index.html'),
      },
    },
  },
});
