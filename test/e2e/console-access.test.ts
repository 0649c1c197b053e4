import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiToken, User } from '../../protocol/access.ts';
import { accessExamples } from '../../server/http/openapi-access.ts';
import { type ConsoleScene, createConsoleScene, makeStream, uuid } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';

const LINK = 'http://localhost:8080/console#code=one-time';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const later = new Date(Date.now() + 3.6e6).toISOString();

const ann: User = { ...accessExamples.user, id: uuid(1), name: 'Ann Archer', role: 'admin' };
const gil: User = { ...accessExamples.user, id: uuid(2), name: 'Gil Guard', role: 'guard' };

describe('console: users, tokens and logging in', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it.each([
    ['desktop', {}],
    ['phone', PHONE],
  ])('adds a user, changes a role, ends a session, deletes a user: %s', async (_size, page) => {
    const users: User[] = [];
    const asked: unknown[] = [];
    const { page: tab, problems } = await scene.open({
      hash: '#/admin/users',
      page,
      prepare: (server) => {
        server.answer('GET /auth/session', {
          body: {
            role: 'admin',
            expiresAt: later,
            user: { id: ann.id, name: ann.name, hasPassword: true, maySetPassword: false },
          },
        });
        server.answer('GET /users', () => ({ body: { users } }));
        server.answer('POST /users', ({ body }) => {
          asked.push(JSON.parse(String(body)));
          users.push(ann, gil);
          return { status: 201, body: { user: gil, url: LINK } };
        });
        server.answer(`PATCH /users/${gil.id}`, ({ body }) => {
          asked.push(JSON.parse(String(body)));
          users[1] = { ...gil, role: 'operator', disabled: true };
          return { body: users[1] };
        });
        server.answer(`GET /users/${gil.id}/sessions`, { body: { sessions: [accessExamples.session] } });
        server.answer(`DELETE /users/${gil.id}/sessions/${accessExamples.session.id}`, () => {
          asked.push('ended');
          return { status: 204 };
        });
        server.answer(`DELETE /users/${gil.id}`, () => {
          users.pop();
          return { status: 204 };
        });
      },
    });
    await tab.getByText('No user yet').waitFor();
    await tab.getByRole('button', { name: 'Add a user' }).click();
    await tab.getByRole('button', { name: 'Create link' }).click();
    await tab.getByText('Enter a name.').waitFor();
    await tab.getByLabel('Name').fill('Gil Guard');
    await tab.getByRole('radio', { name: /^Guard/ }).check();
    await tab.getByRole('button', { name: 'Create link' }).click();
    await tab.getByTestId('one-time-link').getByText(LINK).waitFor();
    await tab.keyboard.press('Escape');
    await tab.getByTestId('user').nth(1).waitFor();

    await tab.getByRole('button', { name: 'Sessions of Gil Guard' }).click();
    await tab.getByTestId('session').getByText('Chrome on Linux').waitFor();
    await tab.getByRole('button', { name: 'End the session in Chrome on Linux' }).click();
    await expect.poll(() => asked.includes('ended')).toBe(true);
    await tab.keyboard.press('Escape');

    // Nobody takes their own rights away.
    await tab.getByRole('button', { name: 'Edit Ann Archer' }).click();
    expect(await tab.getByRole('radio', { name: /^Guard/ }).isDisabled()).toBe(true);
    expect(await tab.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await tab.keyboard.press('Escape');

    await tab.getByRole('button', { name: 'Edit Gil Guard' }).click();
    await tab.getByRole('radio', { name: /^Operator/ }).check();
    await tab.getByLabel('May log in').uncheck();
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByTestId('user').getByText('Disabled').waitFor();
    await tab.getByRole('button', { name: 'Edit Gil Guard' }).click();
    await tab.getByRole('button', { name: 'Delete' }).click();
    await tab.getByRole('button', { name: 'Delete for good' }).click();
    await expect.poll(() => tab.getByTestId('user').count()).toBe(1);
    expect(asked).toEqual([
      { name: 'Gil Guard', role: 'guard' },
      'ended',
      { role: 'operator', disabled: true },
    ]);
    expect(problems).toEqual([]);
  });

  it('makes a token, shows it once, and revokes it', async () => {
    const tokens: ApiToken[] = [];
    const { page: tab, server } = await scene.open({
      hash: '#/admin/tokens',
      prepare: (scripted) => {
        scripted.answer('GET /tokens', () => ({ body: { tokens } }));
        scripted.answer('GET /actors', {
          body: { actors: { [accessExamples.token.createdBy]: { name: 'Ann Archer', gone: false } } },
        });
        scripted.answer('POST /tokens', ({ body }) => {
          expect(JSON.parse(String(body))).toEqual({ name: 'Import', role: 'operator', expiresInDays: 90 });
          tokens.push({ ...accessExamples.token, name: 'Import' });
          return { status: 201, body: { token: tokens[0], secret: 'fwt_secret' } };
        });
        scripted.answer(`DELETE /tokens/${accessExamples.token.id}`, () => {
          tokens.pop();
          return { status: 204 };
        });
      },
    });
    await tab.getByText('No token yet').waitFor();
    await tab.getByRole('button', { name: 'Make a token' }).click();
    await tab.getByLabel('What it is for').fill('Import');
    await tab.getByRole('button', { name: 'Make the token' }).click();
    await tab.getByTestId('token-secret').getByText('fwt_secret').waitFor();
    await tab.keyboard.press('Escape');
    await tab.getByTestId('token').getByText('made by Ann Archer').waitFor();
    await tab.getByRole('button', { name: 'Revoke Import' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await tab.getByText('No token yet').waitFor();
    server.answer('GET /tokens', problem('database-unavailable', 'The database cannot be reached.'));
    await tab.getByRole('link', { name: 'Users' }).click();
    await tab.getByRole('link', { name: 'Tokens' }).click();
    await tab.getByRole('alert').getByText('The database cannot be reached.').waitFor();
  });

  it('logs in by name and password, then sets the first password of a link', async () => {
    const user = { id: gil.id, name: gil.name, hasPassword: false, maySetPassword: true };
    const { page: tab, server } = await scene.open();
    server.answer('GET /auth/session', problem('unauthenticated', 'A valid link is needed.'));
    server.answer(
      'POST /auth/password',
      problem('wrong-password', 'The name and the password do not belong together.'),
    );
    await tab.reload();
    await tab.getByLabel('Name').fill('Gil Guard');
    await tab.getByLabel('Password').fill('wrong');
    await tab.keyboard.press('Enter');
    await tab.getByRole('alert').getByText('do not belong together').waitFor();
    server.answer('POST /auth/password', { body: { role: 'guard', expiresAt: later, user } });
    server.snapshot = { ...server.snapshot, streams: [makeStream(1)] };
    await tab.getByRole('button', { name: 'Log in' }).click();
    await tab.getByText('Door 1').first().waitFor();

    // A guard watches: no page is offered that would be refused.
    const links = await tab.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
    expect(links).toEqual(['Streams', 'Events']);
    await tab.goto(`${server.url}/console#/people`);
    await tab.getByText('Not for your role').waitFor();

    const set: unknown[] = [];
    server.answer('PUT /auth/password', ({ body }) => {
      set.push(JSON.parse(String(body)));
      return { status: 204 };
    });
    await tab.getByText('You have no password yet').waitFor();
    await tab.getByRole('main').getByRole('button', { name: 'Set a password' }).click();
    await tab.getByLabel('New password', { exact: true }).fill('short');
    await tab.getByRole('button', { name: 'Set the password' }).click();
    await tab.getByText('fewer than 10 characters').waitFor();
    await tab.getByLabel('New password', { exact: true }).fill('correct horse battery');
    await tab.getByText('The two are not the same.').waitFor();
    await tab.getByLabel('New password again').fill('correct horse battery');
    await tab.keyboard.press('Enter');
    await tab.getByText('The password is set.').waitFor();
    expect(set).toEqual([{ password: 'correct horse battery' }]);
    expect(await tab.getByText('You have no password yet').count()).toBe(0);
  });
});
