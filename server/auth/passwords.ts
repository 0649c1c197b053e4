import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { createPlaces } from '../queue/places.ts';

/** scrypt at N = 2^15, r = 8, p = 3: 32 MB and about 0.2 s (https://cheatsheetseries.owasp.org, Password Storage). */
const COST = { log2N: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** So many at once, whoever asks: memory and the thread pool stay free for others. */
const places = createPlaces(2);

/** @returns cost, salt and hash in one line: `scrypt:15:8:3:SALT:HASH` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { log2N, r, p } = COST;
  const key = await derive(password, salt, COST);
  return ['scrypt', log2N, r, p, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/**
 * Takes as long whether there is such a user or not.
 * @param stored what {@link hashPassword} gave; `undefined` where there is none: the answer is no
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, log2N, r, p, salt, hash] = (stored ?? NOBODY).split(':');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash ?? '', 'base64url');
  const key = await derive(password, Buffer.from(salt ?? '', 'base64url'), cost);
  return expected.length === key.length && timingSafeEqual(key, expected) && stored !== undefined;
}

const NOBODY = `scrypt:${COST.log2N}:${COST.r}:${COST.p}:AAAA:`;

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const { log2N, r, p } = cost;
  const options: ScryptOptions = { N: 2 ** log2N, r, p, maxmem: 256 * r * 2 ** log2N };
  const leave = await places.take();
  try {
    return await new Promise((resolve, reject) => {
      // One spelling of accented letters, whichever keyboard wrote them.
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    leave();
  }
}
