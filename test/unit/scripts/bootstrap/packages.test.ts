import { describe, expect, it } from 'vitest';
import { matchesLock, omitsDev } from '../../../../scripts/bootstrap/packages.mjs';

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/ws': { version: '8.23.0', integrity: 'sha512-ws' },
  'node_modules/vite': { version: '8.3.8', integrity: 'sha512-vite', dev: true },
  'node_modules/@esbuild/darwin-arm64': { version: '0.25.0', optional: true },
};
const installed = {
  'node_modules/ws': { version: '8.23.0', integrity: 'sha512-ws' },
  'node_modules/vite': { version: '8.3.8', integrity: 'sha512-vite', dev: true },
};
const base = { wanted, installed, withoutDev: false, exists: () => true };

describe('whether node_modules matches the lock file', () => {
  it('does when only an optional package of another platform is missing', () => {
    expect(matchesLock(base)).toBe(true);
  });

  it('does not when a package is missing', () => {
    expect(matchesLock({ ...base, installed: { 'node_modules/vite': installed['node_modules/vite'] } })).toBe(
      false,
    );
  });

  it('does not when a version differs', () => {
    const older = { ...installed, 'node_modules/ws': { version: '8.22.0', integrity: 'sha512-ws' } };
    expect(matchesLock({ ...base, installed: older })).toBe(false);
  });

  it('does not when the same version has another content', () => {
    const other = { ...installed, 'node_modules/ws': { version: '8.23.0', integrity: 'sha512-other' } };
    expect(matchesLock({ ...base, installed: other })).toBe(false);
  });

  it('does not when the folder of a recorded package is gone', () => {
    expect(matchesLock({ ...base, exists: (path) => path !== 'node_modules/ws' })).toBe(false);
  });

  it('takes a missing package for development as left out only when they are left out', () => {
    const production = { 'node_modules/ws': installed['node_modules/ws'] };
    expect(matchesLock({ ...base, installed: production })).toBe(false);
    expect(matchesLock({ ...base, installed: production, withoutDev: true })).toBe(true);
  });
});

describe('whether packages for development are left out', () => {
  it.each([
    [{}, false],
    [{ NODE_ENV: 'production' }, true],
    [{ NODE_ENV: 'production', npm_config_include: 'dev' }, false],
    [{ npm_config_omit: 'dev' }, true],
    [{ npm_config_omit: 'optional,dev' }, true],
    [{ npm_config_omit: 'optional' }, false],
  ])('%j: %s', (env, omitted) => {
    expect(omitsDev(env)).toBe(omitted);
  });
});
