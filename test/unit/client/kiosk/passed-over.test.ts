import { afterEach, expect, test } from 'vitest';
import { en } from '../../../../client/i18n/en/catalogue.ts';
import { TRANSLATIONS } from '../../../../client/i18n/language.ts';
import { speak } from '../../../../client/i18n/t.ts';
import { passedOverText } from '../../../../client/kiosk/learning/passed-over.ts';

afterEach(() => speak({ locale: 'en', texts: [en] }));

test('a backend that does not teach says why in the kiosk’s language, with its numbers', async () => {
  const gradient = { backend: 'webgl', why: { code: 'wrong-gradient', error: 0.6149 } } as const;
  const slow = { backend: 'webgpu', why: { code: 'slow-gradient', ms: 46_012.4 } } as const;
  const none = { backend: 'webgpu', why: { code: 'absent' } } as const;
  const failed = { backend: 'webgl', why: { code: 'failed', words: 'Out of memory.' } } as const;
  expect([gradient, slow, none, failed].map(passedOverText)).toEqual([
    'WebGL: a gradient is off by 61 % of its length.',
    'WebGPU: the gradient of a crop takes 46,012 ms.',
    'WebGPU: this browser has none.',
    'WebGL: Out of memory.',
  ]);
  const { ui, kiosk } = TRANSLATIONS.de;
  speak({ locale: 'de-DE', texts: [{ ui: await ui(), kiosk: await kiosk() }, en] });
  expect([gradient, slow, none, failed].map(passedOverText)).toEqual([
    'WebGL: Ein Gradient weicht um 61\u00a0% seiner Länge ab.',
    'WebGPU: Der Gradient eines Ausschnitts dauert 46.012 ms.',
    'WebGPU: Dieser Browser hat es nicht.',
    'WebGL: Out of memory.',
  ]);
  expect(passedOverText({ ...gradient, why: { code: 'wrong-gradient', error: 0.0123 } })).toContain(
    ' um 1,2\u00a0% ',
  );
});
