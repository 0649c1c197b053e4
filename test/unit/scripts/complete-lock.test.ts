import { describe, expect, it } from 'vitest';
import { missingEntries, platformOf } from '../../../scripts/complete-lock.mjs';

describe('missing optional packages of a lock file', () => {
  it('are given entries that npm takes for those of another platform', () => {
    const packages = {
      'node_modules/lint': {
        dev: true,
        optionalDependencies: { '@lint/linux-x64': '1.2.3', '@lint/win32-arm64-msvc': '1.2.3' },
      },
      'node_modules/@lint/linux-x64': { version: '1.2.3' },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@lint/win32-arm64-msvc': {
        version: '1.2.3',
        os: ['win32'],
        cpu: ['arm64'],
        dev: true,
        optional: true,
      },
    });
  });

  it('are found in every folder where Node looks', () => {
    const nested = 'node_modules/a/node_modules/b';
    const packages = { [nested]: { optionalDependencies: { native: '1.0.0' } } };
    for (const path of [
      `${nested}/node_modules/native`,
      'node_modules/a/node_modules/native',
      'node_modules/native',
    ]) {
      expect(missingEntries({ ...packages, [path]: { version: '1.0.0' } })).toEqual({});
    }
    expect(
      missingEntries({ ...packages, 'node_modules/c/node_modules/native': { version: '1.0.0' } }),
    ).not.toEqual({});
  });

  it('are left alone where a range leaves the version open', () => {
    expect(missingEntries({ 'node_modules/a': { optionalDependencies: { fsevents: '~2.3.3' } } })).toEqual(
      {},
    );
  });
});

it.each([
  ['@oxlint/binding-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
  ['@oxlint/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@biomejs/cli-linux-x64', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
  ['@oxlint-tsgolint/darwin-x64', { os: ['darwin'], cpu: ['x64'] }],
  ['@oxc-parser/binding-wasm32-wasi', {}],
])('reads the platform from the name %s', (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});
