import { z } from 'zod';
import {
  apiTokensResponseSchema,
  type ChangeUser,
  createApiTokenResponseSchema,
  createUserResponseSchema,
  userSchema,
  userSessionsResponseSchema,
  usersResponseSchema,
} from '../../../protocol/access.ts';
import { type ConsoleRole, linkSchema } from '../../../protocol/rest.ts';
import { call } from '../api.ts';

export const listUsers = async () => (await call('/users', usersResponseSchema)).users;

export const createUser = (user: { name: string; role: ConsoleRole }) =>
  call('/users', createUserResponseSchema, { method: 'POST', body: user });

export const changeUser = (id: string, change: ChangeUser) =>
  call(`/users/${id}`, userSchema, { method: 'PATCH', body: change });

export const deleteUser = (id: string) => call(`/users/${id}`, z.undefined(), { method: 'DELETE' });

export const createUserLink = (id: string) => call(`/users/${id}/link`, linkSchema, { method: 'POST' });

export const listUserSessions = async (id: string) =>
  (await call(`/users/${id}/sessions`, userSessionsResponseSchema)).sessions;

/** @param session absent: all of them */
export const endUserSessions = (id: string, session?: string) =>
  call(`/users/${id}/sessions${session ? `/${session}` : ''}`, z.undefined(), { method: 'DELETE' });

export const listTokens = async () => (await call('/tokens', apiTokensResponseSchema)).tokens;

export const createToken = (token: { name: string; role: ConsoleRole; expiresInDays?: number }) =>
  call('/tokens', createApiTokenResponseSchema, { method: 'POST', body: token });

export const revokeToken = (id: string) => call(`/tokens/${id}`, z.undefined(), { method: 'DELETE' });
