import { Router } from 'express';
import { z } from 'zod';
import {
  actorsResponseSchema,
  changeUserSchema,
  createUserResponseSchema,
  createUserSchema,
  userSchema,
  userSessionsResponseSchema,
  usersResponseSchema,
} from '../../protocol/access.ts';
import { FacewireError } from '../../protocol/errors.ts';
import { type ConsoleRole, linkSchema } from '../../protocol/rest.ts';
import type { Auth, Principal } from '../auth/auth.ts';
import { loginLink } from '../auth/links.ts';
import type { UserStore } from '../auth/user.store.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Who may use the console. */
export function usersRoute(dependencies: {
  users: UserStore;
  auth: Auth;
  publicUrl: () => string;
  guard: Guard;
}): Router {
  const { users, auth, publicUrl, guard } = dependencies;
  const admins = guard.allow('admin');

  const linkFor = async (user: { id: string; role: ConsoleRole }, by: string) => {
    const code = await auth.issueCode({ role: user.role, userId: user.id, by });
    return loginLink({ publicUrl: publicUrl(), role: user.role, code });
  };
  const find = async (text: unknown) => {
    const user = await users.get(idOf(text));
    if (!user) throw noSuchUser(text);
    return user;
  };

  const router = Router();
  router
    .route('/actors')
    .get(guard.allow('guard', 'operator', 'admin'), async (_request, response) => {
      response
        .set('Cache-Control', 'no-store')
        .json(actorsResponseSchema.parse({ actors: await users.actors() }));
    })
    .all(onlyMethods('GET'));
  router
    .route('/users')
    .get(admins, async (_request, response) => {
      response.json(usersResponseSchema.parse({ users: await users.list() }));
    })
    .post(admins, async (request, response) => {
      const by = principalOf(response).subject;
      const user = await users.create({ ...parseInput(createUserSchema, request.body), by });
      const url = await linkFor(user, by);
      response
        .status(201)
        .set('Cache-Control', 'no-store')
        .json(createUserResponseSchema.parse({ user, url }));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/users/:id')
    .patch(admins, async (request, response) => {
      const change = parseInput(changeUserSchema, request.body);
      const id = idOf(request.params.id);
      if (change.disabled || change.role) refuseOneself(principalOf(response), id);
      const changed = await users.change(id, { ...change, by: principalOf(response).subject });
      if (!changed) throw noSuchUser(id);
      response.json(userSchema.parse(changed));
    })
    .delete(admins, async (request, response) => {
      const id = idOf(request.params.id);
      refuseOneself(principalOf(response), id);
      if (!(await users.remove({ id, by: principalOf(response).subject }))) throw noSuchUser(id);
      response.status(204).end();
    })
    .all(onlyMethods('PATCH', 'DELETE'));
  router
    .route('/users/:id/link')
    .post(admins, async (request, response) => {
      const user = await find(request.params.id);
      if (user.disabled) {
        throw new FacewireError('bad-state', `${user.name} is disabled. Enable the user first.`);
      }
      const url = await linkFor(user, principalOf(response).subject);
      response.status(201).set('Cache-Control', 'no-store').json(linkSchema.parse({ url }));
    })
    .all(onlyMethods('POST'));
  router
    .route('/users/:id/sessions')
    .get(admins, async (request, response) => {
      const { id } = await find(request.params.id);
      const own = principalOf(response).session?.id;
      const sessions = (await auth.sessionsOf(id)).map((one) => ({ ...one, current: one.id === own }));
      response.json(userSessionsResponseSchema.parse({ sessions }));
    })
    .delete(admins, async (request, response) => {
      const { id } = await find(request.params.id);
      await auth.endSessions({ userId: id, by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('GET', 'DELETE'));
  router
    .route('/users/:id/sessions/:session')
    .delete(admins, async (request, response) => {
      const { id: userId } = await find(request.params.id);
      const id = z.uuid().safeParse(request.params.session).data;
      const ended = id && (await auth.endSessions({ userId, id, by: principalOf(response).subject }));
      if (!ended)
        throw new FacewireError('not-found', 'There is no such session; it may have ended already.');
      response.status(204).end();
    })
    .all(onlyMethods('DELETE'));
  return router;
}

function refuseOneself({ userId }: Principal, id: string): void {
  if (userId !== id) return;
  throw new FacewireError(
    'bad-state',
    'Nobody takes their own role or login away, so that no installation is left without an admin. Another admin can do it.',
  );
}

function idOf(text: unknown): string {
  const id = z.uuid().safeParse(text).data;
  if (!id) throw noSuchUser(text);
  return id;
}

function noSuchUser(id: unknown): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no user with the id ${String(id).slice(0, 100)}; it may have been deleted.`,
  );
}
