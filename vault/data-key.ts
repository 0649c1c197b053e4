import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_BYTES, VaultError } from './vault.ts';

/**
 * The installation's data key: `DATA_KEY` if given, else the file `data.key` in the data folder,
 * made at the first start and readable by its owner only.
 * @throws {VaultError} when the file is there but is no key
 */
export function loadDataKey(options: { dataKey: string | undefined; dataDir: string }): Buffer {
  if (options.dataKey) return Buffer.from(options.dataKey, 'base64');
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const path = join(options.dataDir, 'data.key');
  try {
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) {
    throw new VaultError(
      `${path} is not a key of ${KEY_BYTES} bytes in base64. Restore it: sealed data needs it.`,
    );
  }
  return key;
}
