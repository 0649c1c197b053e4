import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The API key of the role admin: `ADMIN_TOKEN` if given, else the file `api-key` in the data folder,
 * made at the first start and readable by its owner only.
 */
export function loadApiKey(options: { adminToken: string | undefined; dataDir: string }): string {
  if (options.adminToken) return options.adminToken;
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const path = join(options.dataDir, 'api-key');
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const key = readFileSync(path, 'utf8').trim();
  if (key.length < 16) {
    throw new Error(`${path} holds no API key. Delete the file and start again: a new key is made.`);
  }
  return key;
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
export function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
