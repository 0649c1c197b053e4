import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { FacewireError } from '../../protocol/errors.ts';
import {
  type KioskPolicy,
  PAIRING_ALPHABET,
  PAIRING_CODE_LENGTH,
  type Pairing,
} from '../../protocol/kiosks.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';
import type { Kiosk, KioskStore } from './kiosk.store.ts';

const LIFETIME_MS = 10 * 60_000;
const SECRET_BYTES = 16;
/** A page opens one each ten minutes; an office behind one address may have dozens of kiosks. */
const OPENED_PER_ADDRESS = 40;
/** Codes that wait at once: bounds the table, and how likely a guess meets one of them. */
const WAITING_AT_MOST = 200;
/** 30^8 codes, at most 200 waiting: ten guesses meet one with a probability of 3 in 10^9. */
const WRONG_CODES_PER_PERSON = 10;

/**
 * Pairing by code: a page without a login shows a short code and keeps a secret; somebody who may types the code,
 * and whoever holds the secret is then logged in as the new kiosk. The code alone lets nobody in.
 */
export type Pairings = {
  /** @throws {FacewireError} `rate-limited` */
  open(from: { address: string | undefined }): Promise<Pairing>;
  /**
   * Makes the kiosk for whose page this code stands. A code works once.
   * @param kiosk.by subject of the principal who typed it
   * @throws {FacewireError} `no-such-code`, `rate-limited`
   */
  pair(kiosk: { code: string; name: string; place: string; policy: KioskPolicy; by: string }): Promise<Kiosk>;
  /**
   * @returns when it expires while nobody has typed the code; then, once, the kiosk that the page is
   * @throws {FacewireError} `no-such-code`: expired, claimed before, or another secret
   */
  claim(pairing: { id: string; secret: string }): Promise<{ expiresAt: string } | { kioskId: string }>;
};

export function createPairings(dependencies: {
  database: Database;
  kiosks: KioskStore;
  audit: AuditStore;
  now?: () => Date;
}): Pairings {
  const { database, kiosks, audit, now = () => new Date() } = dependencies;
  const opened = new RateLimiterMemory({ points: OPENED_PER_ADDRESS, duration: LIFETIME_MS / 1000 });
  const wrong = new RateLimiterMemory({ points: WRONG_CODES_PER_PERSON, duration: LIFETIME_MS / 1000 });

  return {
    async open({ address = 'unknown' }) {
      await spend(opened, address, 'Too many codes were asked for from this address.');
      const code = Array.from({ length: PAIRING_CODE_LENGTH }, () =>
        PAIRING_ALPHABET.charAt(randomInt(PAIRING_ALPHABET.length)),
      ).join('');
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const id = randomUUID();
      const expiresAt = new Date(now().getTime() + LIFETIME_MS);
      await database.query('delete from pairings where expires_at < $1', [now()]);
      const [row] = await database.query(
        `insert into pairings (id, code_hash, secret_hash, expires_at)
         select $1, $2, $3, $4 where (select count(*) from pairings) < $5
         on conflict do nothing returning id`,
        [id, hashOf(code), hashOf(secret), expiresAt, WAITING_AT_MOST],
      );
      if (!row) {
        throw new FacewireError('rate-limited', 'Too many kiosks wait to be paired. Try again in a minute.', {
          details: { retryAfter: 60 },
        });
      }
      return { id, code, secret, expiresAt: expiresAt.toISOString() };
    },

    async pair({ code, name, place, policy, by }) {
      await refuseSpent(wrong, by, 'Too many wrong codes.');
      const within: NonNullable<Parameters<KioskStore['create']>[0]['within']> = async (kioskId, tx) => {
        // One statement: of two people who type it at once, one wins.
        const [row] = await tx.query<{ id: string }>(
          `update pairings set kiosk_id = $1 where code_hash = $2 and kiosk_id is null and expires_at > $3
           returning id`,
          [kioskId, hashOf(code), now()],
        );
        if (!row) throw new FacewireError('no-such-code', NO_SUCH_CODE);
        await audit.append({ actor: by, action: 'kiosk.paired', subject: kioskId }, tx);
      };
      try {
        return await kiosks.create({ name, place, policy, by, within });
      } catch (error) {
        if (error instanceof FacewireError && error.code === 'no-such-code') {
          await wrong.consume(by).catch(() => {});
          await audit.append({ actor: by, action: 'auth.failed', subject: 'pairing-code' });
        }
        throw error;
      }
    },

    async claim({ id, secret }) {
      const secretHash = hashOf(secret);
      const [claimed] = await database.query<{ kiosk_id: string }>(
        `delete from pairings where id = $1 and secret_hash = $2 and kiosk_id is not null and expires_at > $3
         returning kiosk_id`,
        [id, secretHash, now()],
      );
      if (claimed) return { kioskId: claimed.kiosk_id };
      const [waiting] = await database.query<{ expires_at: Date }>(
        'select expires_at from pairings where id = $1 and secret_hash = $2 and expires_at > $3',
        [id, secretHash, now()],
      );
      if (!waiting) throw new FacewireError('no-such-code', 'This code has expired. Ask for a new one.');
      return { expiresAt: waiting.expires_at.toISOString() };
    },
  };
}

const NO_SUCH_CODE =
  'No kiosk waits with this code. Compare it with the kiosk’s screen: a code works once, for ten minutes, and the ' +
  'screen then shows another.';

async function spend(limiter: RateLimiterAbstract, key: string, why: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw tooMany(why, refused);
  }
}

async function refuseSpent(limiter: RateLimiterMemory, key: string, why: string): Promise<void> {
  const state = await limiter.get(key);
  if (state && state.consumedPoints >= limiter.points) throw tooMany(why, state);
}

function tooMany(why: string, { msBeforeNext }: RateLimiterRes): FacewireError {
  const retryAfter = Math.ceil(msBeforeNext / 1000);
  return new FacewireError('rate-limited', `${why} Try again in ${retryAfter} s.`, {
    details: { retryAfter },
  });
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
