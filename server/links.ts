import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Auth } from './auth/auth.ts';
import { loginLink } from './auth/links.ts';
import type { KioskStore } from './kiosks/kiosk.store.ts';

/** What `npm start` prints when the server is ready. The URLs work once. */
export type Links = { kiosk: string; console: string; admin: string; apiKey: string };

/** Makes fresh one-time links; the first kiosk is made at the first start. */
export async function issueLinks(options: {
  auth: Auth;
  kiosks: KioskStore;
  publicUrl: string;
}): Promise<Links> {
  const { auth, kiosks, publicUrl } = options;
  const [first] = await kiosks.list();
  const kiosk = first ?? (await kiosks.create({ name: 'Kiosk 1', place: '', by: 'server' }));
  const link = async (grant: Parameters<Auth['issueCode']>[0]) =>
    loginLink({ publicUrl, role: grant.role, code: await auth.issueCode(grant) });
  return {
    kiosk: await link({ role: 'kiosk', kioskId: kiosk.id }),
    console: await link({ role: 'operator' }),
    admin: await link({ role: 'admin' }),
    apiKey: auth.apiKey,
  };
}

/** Writes `links.json` into the data folder, readable by its owner only; a reader never sees half of it. */
export function writeLinks(dataDir: string, links: Links): string {
  const path = join(dataDir, 'links.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(links, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}
