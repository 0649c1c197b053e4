import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Webhook } from '../../protocol/webhooks.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene, uuid } from '../support/console-scene.ts';
import { problem, type ScriptedServer } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const hook = (n: number, more: Partial<Webhook> = {}): Webhook => ({
  id: uuid(n),
  url: `https://receiver${n}.example.org/facewire/events?of=the-main-building`,
  about: ['known'],
  moments: ['began'],
  enabled: true,
  createdAt: '2026-05-01T10:00:00.000Z',
  sequence: 3,
  lastSuccessAt: '2026-05-01T10:20:00.000Z',
  lastFailure: null,
  waiting: 0,
  ...more,
});
const failing = hook(2, {
  about: ['known', 'unknown'],
  moments: ['began', 'ended'],
  lastSuccessAt: null,
  lastFailure: { at: '2026-05-01T10:30:00.000Z', reason: 'It answered with status 500.' },
  waiting: 12,
});

describe('console: webhooks', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  }, 120_000);
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const open = (prepare: (server: ScriptedServer) => void, page: object = {}) =>
    scene.open({
      hash: '#/admin/webhooks',
      page,
      prepare: (server) => {
        const ok = { ok: true, detail: '' };
        server.answer('GET /kiosks', { body: { kiosks: [] } });
        server.answer('GET /models', { body: { models: [], switch: null } });
        server.answer('GET /readyz', {
          body: { ready: true, checks: { redis: ok, database: ok, sfu: ok, workers: ok } },
        });
        prepare(server);
      },
    });

  it('adds one by keyboard, and shows its secret once', async () => {
    const webhooks: Webhook[] = [];
    const sent: unknown[] = [];
    const { page, problems } = await open(
      (server) => {
        server.answer('GET /webhooks', () => ({ body: { webhooks } }));
        server.answer('POST /webhooks', ({ body }) => {
          sent.push(JSON.parse(body.toString()));
          webhooks.push(hook(1));
          return { status: 201, body: { webhook: hook(1), secret: 'whsec_once' } };
        });
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
    await page.getByText('No webhook yet').waitFor();
    await page.getByRole('button', { name: 'Add a webhook' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill('receiver1.example.org');
    await page.keyboard.press('Enter');
    await dialog.getByText('begins with https:// or http://').waitFor();
    await dialog.getByLabel('Address').fill(hook(1).url);
    await dialog.getByLabel('Known people', { exact: true }).uncheck();
    await page.keyboard.press('Enter');
    await dialog.getByText('Choose at least one of each.').waitFor();
    expect(sent).toEqual([]);
    await dialog.getByLabel('Unknown people').check();
    await dialog.getByLabel('ends').check();
    await picture(page, 'dialog');
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByTestId('webhook-secret').getByText('whsec_once').waitFor();
    expect(sent).toEqual([{ url: hook(1).url, about: ['unknown'], moments: ['began', 'ended'] }]);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('whsec_once');
    await page.keyboard.press('Escape');
    await page.getByTestId('webhook').waitFor();
    expect(await page.getByText('whsec_once').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('shows what arrives and what does not, on a phone too; tests, disables and deletes', async () => {
    let webhooks = [hook(1), failing, hook(3, { enabled: false, lastSuccessAt: null })];
    const { page, server, problems } = await open((scripted) => {
      scripted.answer('GET /webhooks', () => ({ body: { webhooks } }));
      scripted.answer(`POST /webhooks/${uuid(1)}/test`, { body: { delivered: true } });
      scripted.answer(`POST /webhooks/${uuid(2)}/test`, {
        body: { delivered: false, reason: 'It answered with status 500.' },
      });
      scripted.answer(`PATCH /webhooks/${uuid(1)}`, ({ body }) => {
        webhooks = webhooks.map((each) =>
          each.id === uuid(1) ? { ...each, ...(JSON.parse(body.toString()) as object) } : each,
        );
        return { body: webhooks[0] };
      });
      scripted.answer(`DELETE /webhooks/${uuid(2)}`, () => {
        webhooks = webhooks.filter(({ id }) => id !== uuid(2));
        return { status: 204 };
      });
    });
    const rows = page.getByTestId('webhook');
    await rows.nth(2).waitFor();
    const text = (await rows.nth(1).textContent()) ?? '';
    for (const part of ['Known people, Unknown people (begins, ends)', '12 wait', 'status 500']) {
      expect(text).toContain(part);
    }
    await picture(page, 'desktop');
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await picture(page, 'phone');

    await page.getByRole('button', { name: 'Test receiver1.example.org' }).click();
    await page.getByText('receiver1.example.org has taken the test event.').waitFor();
    await page.getByRole('button', { name: 'Test receiver2.example.org' }).click();
    await page.getByText('has not taken the test event. It answered with status 500.').waitFor();
    await page.getByRole('button', { name: 'Disable receiver1.example.org' }).click();
    await page.getByRole('button', { name: 'Enable receiver1.example.org' }).waitFor();
    await page.getByRole('button', { name: 'Delete receiver2.example.org' }).click();
    expect(webhooks).toHaveLength(3);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await waitFor(async () => (await rows.count()) === 2, { what: 'two webhooks' });
    expect(problems).toEqual([]);

    server.answer(`PATCH /webhooks/${uuid(3)}`, problem('database-unavailable', 'The database is away.'));
    await page.getByRole('button', { name: 'Enable receiver3.example.org' }).click();
    await page.getByText('The webhook was not changed').waitFor();
  });

  it('says when the list cannot be shown', async () => {
    const { page } = await open((server) =>
      server.answer('GET /webhooks', problem('database-unavailable', 'The database is away.')),
    );
    await page.getByText('The webhooks cannot be shown').waitFor();
  });

  async function picture(page: Awaited<ReturnType<typeof open>>['page'], name: string): Promise<void> {
    const folder = process.env.W_SHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
});
