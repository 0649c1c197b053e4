import {
  changeKioskSchema,
  claimPairingSchema,
  createKioskResponseSchema,
  createKioskSchema,
  kioskSchema,
  kiosksResponseSchema,
  pairingSchema,
  pairKioskSchema,
  waitingPairingSchema,
} from '../../protocol/kiosks.ts';
import { sessionSchema } from '../../protocol/rest.ts';
import { examples } from './openapi-examples.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

const BODY = ['bad-request', 'validation', 'too-large'] as const;
const policy = { video: true, training: false };

/** The part of the OpenAPI document that tells of kiosks, their policy, and pairing by code. */
export function kioskPaths() {
  const { kiosk, createdKiosk } = examples;
  return {
    '/kiosks': {
      get: operation({
        id: 'listKiosks',
        tag: 'Kiosks',
        summary: 'List kiosks',
        role: 'operator',
        answers: { 200: json('Every kiosk.', kiosksResponseSchema, { kiosks: [kiosk] }) },
      }),
      post: operation({
        id: 'createKiosk',
        tag: 'Kiosks',
        summary: 'Add a kiosk',
        detail: 'Answers a link that logs the kiosk’s browser in: once, within 24 hours.',
        role: 'operator',
        body: {
          type: 'application/json',
          schema: createKioskSchema,
          example: { name: 'Door', place: 'Ground floor' },
        },
        answers: { 201: json('The kiosk’s id and its link.', createKioskResponseSchema, createdKiosk) },
        errors: [...BODY],
      }),
    },
    '/kiosks/pair': {
      post: operation({
        id: 'pairKiosk',
        tag: 'Kiosks',
        summary: 'Add the kiosk that shows a code',
        detail:
          'A kiosk page without a login shows a code of eight letters and digits for ten minutes. Whoever sends it here ' +
          'makes that page a kiosk; it logs itself in at once. A code works once; ten wrong ones in ten minutes are allowed.',
        role: 'admin',
        body: {
          type: 'application/json',
          schema: pairKioskSchema,
          example: { code: 'K7QW-3MZA', name: 'Door', place: 'Ground floor' },
        },
        answers: { 201: json('Paired.', kioskSchema, { ...kiosk, online: false }) },
        errors: [...BODY, 'no-such-code'],
      }),
    },
    '/kiosks/{id}': {
      patch: operation({
        id: 'changeKiosk',
        tag: 'Kiosks',
        summary: 'Rename or move a kiosk, or change its policy',
        detail:
          'What is not named stays as it is. The kiosk and the consoles are told at once. `policy.video` (off by default) ' +
          'allows consoles to see the camera’s live video; the kiosk’s screen then says so. `policy.training` (off by default) lets its ' +
          'browser teach the student of the kiosk’s group while nobody is there, from its own confirmed crops; it says so too.',
        role: 'admin',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: changeKioskSchema,
          example: { place: 'First floor', policy },
        },
        answers: { 200: json('The kiosk as it is now.', kioskSchema, { ...kiosk, policy }) },
        errors: [...BODY, 'not-found'],
      }),
      delete: operation({
        id: 'revokeKiosk',
        tag: 'Kiosks',
        summary: 'Remove a kiosk',
        detail: 'Its session ends at once, and its links work no more.',
        role: 'operator',
        parameters: { path: idParams },
        answers: { 204: { description: 'Removed.' } },
        errors: ['not-found'],
      }),
    },
    '/auth/pairings': {
      post: operation({
        id: 'openPairing',
        tag: 'Login',
        summary: 'Ask for a pairing code',
        detail:
          'What a kiosk page does that has no login. `code` is shown to people; `secret` stays with the page, and claims.',
        role: 'public',
        answers: {
          201: json('Good for ten minutes.', pairingSchema, {
            id: kiosk.id,
            code: 'K7QW3MZA',
            secret: 'q0oO3ru8pWd3gVbKcXgTzA',
            expiresAt: kiosk.createdAt,
          }),
        },
        errors: ['bad-origin'],
      }),
    },
    '/auth/pairings/{id}/claim': {
      post: operation({
        id: 'claimPairing',
        tag: 'Login',
        summary: 'Log in once the code was typed',
        detail: 'Sets the cookie `facewire-kiosk`, once.',
        role: 'public',
        parameters: { path: idParams },
        body: {
          type: 'application/json',
          schema: claimPairingSchema,
          example: { secret: 'q0oO3ru8pWd3gVbKcXgTzA' },
        },
        answers: {
          200: json('Logged in.', sessionSchema, { role: 'kiosk', kiosk, expiresAt: kiosk.createdAt }),
          202: json('Nobody has typed the code yet.', waitingPairingSchema, {
            state: 'waiting',
            expiresAt: kiosk.createdAt,
          }),
        },
        errors: [...BODY, 'no-such-code', 'bad-origin'],
      }),
    },
  };
}
