import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const CLIENT = resolve(import.meta.dirname, '../../../../client');
/** Imports that are bundled with whoever imports; types and `import()` are not. */
const STATIC_IMPORT = /^import (?!type )(?:[^;]*? from )?'(\.[^']+\.tsx?)';/gm;

function bundled(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, path = ''] of readFileSync(entry, 'utf8').matchAll(STATIC_IMPORT)) {
    bundled(resolve(dirname(entry), path), found);
  }
  return found;
}

describe('the parts that a page loads', () => {
  it.each([
    ['kiosk', ['kiosk.ts', 'ui.ts']],
    ['console', ['ui.ts']],
  ] as const)('the %s is not burdened with the other’s texts', (page, texts) => {
    const files = [...bundled(resolve(CLIENT, page, 'main.tsx'))].map((path) =>
      path.slice(CLIENT.length + 1),
    );
    const english = files.filter((path) => path.startsWith('i18n/en/')).map((path) => path.slice(8));
    expect(english).toEqual(expect.arrayContaining([...texts]));
    expect(english.includes(page === 'kiosk' ? 'console.ts' : 'kiosk.ts')).toBe(false);
    expect(files.filter((path) => /^i18n\/(de|es|fr|it)\//.test(path))).toEqual([]);
  });
});
