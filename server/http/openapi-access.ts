import { z } from 'zod';
import {
  type ApiToken,
  actorsResponseSchema,
  apiTokensResponseSchema,
  changeUserSchema,
  createApiTokenResponseSchema,
  createApiTokenSchema,
  createUserResponseSchema,
  createUserSchema,
  passwordLoginSchema,
  setPasswordSchema,
  type User,
  type UserSession,
  userSchema,
  userSessionsResponseSchema,
  usersResponseSchema,
} from '../../protocol/access.ts';
import { linkSchema, sessionSchema } from '../../protocol/rest.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

const ID = '5a4a1d0e-1f0c-4d6c-8a0f-6c1d7e0b2f31';
const AT = '2026-11-23T10:00:00.000Z';

/** What the API answers of users and tokens. */
export const accessExamples = {
  user: {
    id: ID,
    name: 'Gil Guard',
    role: 'guard',
    disabled: false,
    hasPassword: true,
    createdAt: AT,
    lastSeenAt: '2026-11-24T08:12:00.000Z',
    sessions: 1,
  } satisfies User,
  session: {
    id: 'c4d4b0a6-33c5-4a62-8f0c-1b9a2c2f5e77',
    startedBy: 'password',
    browser: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
    createdAt: AT,
    lastSeenAt: AT,
    expiresAt: '2026-11-23T22:00:00.000Z',
    current: false,
  } satisfies UserSession,
  token: {
    id: '0f6c2c0a-54b1-4c6e-9d7a-3f3f7c1f9d02',
    name: 'Import from the personnel system',
    role: 'operator',
    createdAt: AT,
    createdBy: `user:${ID}`,
    expiresAt: null,
    lastUsedAt: null,
  } satisfies ApiToken,
  url: 'http://localhost:8080/console#code=one-time',
};
const { user, session, token, url } = accessExamples;
const BODY_ERRORS = ['bad-request', 'validation', 'too-large'] as const;
const sessionParams = z.object({ id: z.uuid().describe('The user.'), session: z.uuid() });
const jsonBody = (schema: z.ZodType, example: unknown) => ({ type: 'application/json', schema, example });

/** The part of the OpenAPI document that tells of users, passwords and tokens. */
export function accessPaths() {
  return { ...passwordPaths(), ...userPaths(), ...tokenPaths() };
}

function passwordPaths() {
  return {
    '/auth/password': {
      post: operation({
        id: 'logIn',
        tag: 'Login',
        summary: 'Log in by name and password',
        detail:
          'Starts a session of a user who has set a password, in a cookie. Twenty wrong ones for a name within 15 ' +
          'minutes, or from an address within a minute, and the next is refused.',
        role: 'public',
        body: jsonBody(passwordLoginSchema, { name: user.name, password: 'correct horse battery' }),
        answers: { 200: json('Logged in; the cookie is set.', sessionSchema, { role: 'guard' }) },
        errors: [...BODY_ERRORS, 'wrong-password', 'bad-origin'],
      }),
      put: operation({
        id: 'setPassword',
        tag: 'Login',
        summary: 'Set one’s own password',
        detail: 'The user’s other sessions and unused links end.',
        role: 'guard',
        body: jsonBody(setPasswordSchema, { password: 'correct horse battery' }),
        answers: { 204: { description: 'Set.' } },
        errors: [...BODY_ERRORS, 'wrong-password', 'bad-state'],
      }),
    },
  };
}

function userPaths() {
  return {
    '/actors': {
      get: operation({
        id: 'listActors',
        tag: 'Login',
        summary: 'Names by subject',
        detail:
          'Whoever did something is told as a subject: `user:ID`, `token:ID`. This names them, those who are gone too.',
        role: 'guard',
        answers: {
          200: json('Names of users and tokens.', actorsResponseSchema, {
            actors: { [`user:${user.id}`]: { name: user.name, gone: false } },
          }),
        },
      }),
    },
    '/users': {
      get: operation({
        id: 'listUsers',
        tag: 'Login',
        summary: 'Who may use the console',
        role: 'admin',
        answers: { 200: json('Every user, by name.', usersResponseSchema, { users: [user] }) },
      }),
      post: operation({
        id: 'createUser',
        tag: 'Login',
        summary: 'Add a user',
        detail:
          'The answer has a link that logs one browser in as the user, once, within 24 hours; there they can set a password.',
        role: 'admin',
        body: jsonBody(createUserSchema, { name: user.name, role: user.role }),
        answers: {
          201: json('The user and their link.', createUserResponseSchema, {
            user: { ...user, hasPassword: false, lastSeenAt: null, sessions: 0 },
            url,
          }),
        },
        errors: [...BODY_ERRORS, 'conflict', 'bad-state'],
      }),
    },
    '/users/{id}': {
      patch: operation({
        id: 'changeUser',
        tag: 'Login',
        summary: 'Rename a user, change their role, disable or enable them',
        detail: 'A role holds from the next request on; disabling ends every session at once.',
        role: 'admin',
        parameters: { path: idParams },
        body: jsonBody(changeUserSchema, { disabled: true }),
        answers: { 200: json('As they are now.', userSchema, { ...user, disabled: true, sessions: 0 }) },
        errors: [...BODY_ERRORS, 'not-found', 'conflict', 'bad-state'],
      }),
      delete: operation({
        id: 'deleteUser',
        tag: 'Login',
        summary: 'Delete a user',
        detail: 'Their sessions end at once. Their name stays in the audit log.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 204: { description: 'Deleted.' } },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/users/{id}/link': {
      post: operation({
        id: 'createUserLink',
        tag: 'Login',
        summary: 'A one-time link for a user',
        detail: 'Also for one who has forgotten the password: after it was opened a new one can be set.',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 201: json('The link.', linkSchema, { url }) },
        errors: ['not-found', 'bad-state'],
      }),
    },
    '/users/{id}/sessions': {
      get: operation({
        id: 'listUserSessions',
        tag: 'Login',
        summary: 'Where a user is logged in',
        role: 'admin',
        parameters: { path: idParams },
        answers: {
          200: json('Last seen first.', userSessionsResponseSchema, { sessions: [session] }),
        },
        errors: ['not-found'],
      }),
      delete: operation({
        id: 'endUserSessions',
        tag: 'Login',
        summary: 'Log a user out everywhere',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 204: { description: 'No session of the user is left.' } },
        errors: ['not-found'],
      }),
    },
    '/users/{id}/sessions/{session}': {
      delete: operation({
        id: 'endUserSession',
        tag: 'Login',
        summary: 'End one session of a user',
        role: 'admin',
        parameters: { path: sessionParams },
        answers: { 204: { description: 'Ended.' } },
        errors: ['not-found'],
      }),
    },
  };
}

function tokenPaths() {
  return {
    '/tokens': {
      get: operation({
        id: 'listTokens',
        tag: 'Login',
        summary: 'Tokens of programs',
        role: 'admin',
        answers: {
          200: json('Those that hold or have expired.', apiTokensResponseSchema, { tokens: [token] }),
        },
      }),
      post: operation({
        id: 'createToken',
        tag: 'Login',
        summary: 'Make a token for a program',
        detail:
          'Sent as a bearer token, as the API key is, with the rights of its role. It is not shown again.',
        role: 'admin',
        body: jsonBody(createApiTokenSchema, { name: token.name, role: token.role }),
        answers: {
          201: json('The token and its secret.', createApiTokenResponseSchema, {
            token,
            secret: 'fwt_shown-this-once',
          }),
        },
        errors: [...BODY_ERRORS, 'bad-state'],
      }),
    },
    '/tokens/{id}': {
      delete: operation({
        id: 'revokeToken',
        tag: 'Login',
        summary: 'Revoke a token',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 204: { description: 'It is refused from now on.' } },
        errors: ['not-found'],
      }),
    },
  };
}
