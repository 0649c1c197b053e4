import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;
export const KEY_BYTES = 32;

export class VaultError extends Error {
  readonly code = 'vault';
}

/** Seals biometric data at rest, in the database and in Redis alike. */
export type Vault = {
  /** AES-256-GCM under a fresh nonce; `purpose` is bound in, so a value cannot be opened as another kind. */
  seal(purpose: string, plain: Uint8Array): Buffer;
  /** @throws {VaultError} when the value was changed, or sealed for another purpose or by another key */
  open(purpose: string, sealed: Uint8Array): Buffer;
  /** A 32-byte key for another use (signing, for example), derived by HKDF-SHA-256 (RFC 5869). */
  derive(use: string): Uint8Array;
};

/** @param options.key 32 bytes */
export function createVault(options: { key: Uint8Array }): Vault {
  if (options.key.length !== KEY_BYTES) {
    throw new VaultError(`The data key has ${options.key.length} bytes; it takes exactly ${KEY_BYTES}.`);
  }
  const derive = (use: string) =>
    new Uint8Array(hkdfSync('sha256', options.key, '', `facewire ${use}`, KEY_BYTES));
  const key = createSecretKey(derive('seal'));
  return {
    seal(purpose, plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      return Buffer.concat([
        Buffer.of(VERSION),
        nonce,
        cipher.update(plain),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
    },
    open(purpose, sealed) {
      if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
        throw new VaultError(`Not a sealed value (${sealed.length} bytes).`);
      }
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, HEADER_BYTES))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw new VaultError(
          `A sealed value (${purpose}) does not open: it was changed, or sealed with another DATA_KEY.`,
          { cause },
        );
      }
    },
    derive,
  };
}
