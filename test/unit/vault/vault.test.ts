import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVault, VaultError } from '../../../vault/vault.ts';

const vault = createVault({ key: randomBytes(32) });
const secret = Buffer.from('an embedding');

test('what is sealed opens again, and does not show', () => {
  const sealed = vault.seal('template', secret);
  expect(sealed.includes(secret)).toBe(false);
  expect(vault.open('template', sealed)).toEqual(secret);
  expect(vault.seal('template', secret)).not.toEqual(sealed);
});

test('a value does not open for another purpose, by another key, or changed', () => {
  const sealed = vault.seal('template', secret);
  expect(() => vault.open('crop', sealed)).toThrow(VaultError);
  expect(() => createVault({ key: randomBytes(32) }).open('template', sealed)).toThrow(/another DATA_KEY/);
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i] = (changed[i] as number) ^ 1;
    expect(() => vault.open('template', changed)).toThrow(VaultError);
  }
  expect(() => vault.open('template', Buffer.alloc(3))).toThrow('Not a sealed value');
});

test('derived keys differ by use and from one vault to another', () => {
  expect(vault.derive('session')).toEqual(vault.derive('session'));
  expect(vault.derive('session')).not.toEqual(vault.derive('audit'));
});

test('a key of the wrong size is refused', () => {
  expect(() => createVault({ key: randomBytes(16) })).toThrow('takes exactly 32');
});
