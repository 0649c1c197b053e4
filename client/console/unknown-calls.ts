import { z } from 'zod';
import {
  assignmentUndoneSchema,
  unknownAssignedSchema,
  unknownErasedSchema,
  unknownGroupDetailsSchema,
  unknownMovedSchema,
  unknownsResponseSchema,
} from '../../protocol/unknowns.ts';
import { call } from './api.ts';

const at = (id: string) => `/unknowns/${encodeURIComponent(id)}`;

/** The same checks as of uploaded photos are made, which takes as long. */
const LIMIT_MS = 60_000;

export function listUnknowns(query: { ignored: boolean; limit: number }) {
  return call(`/unknowns?ignored=${query.ignored}&limit=${query.limit}`, unknownsResponseSchema);
}

export function getUnknown(id: string) {
  return call(at(id), unknownGroupDetailsSchema);
}

/** @param photos ids of sightings whose crops become photos of the person */
export function assignUnknown(id: string, to: { person: string; photos: readonly string[] }) {
  return call(`${at(id)}/assign`, unknownAssignedSchema, { method: 'POST', body: to, limitMs: LIMIT_MS });
}

export function enrolUnknown(
  id: string,
  who: { name: string; consent: boolean; duplicates: 'refuse' | 'allow'; photos: readonly string[] },
) {
  return call(`${at(id)}/enrol`, unknownAssignedSchema, { method: 'POST', body: who, limitMs: LIMIT_MS });
}

export function undoAssignment(assignment: string) {
  return call(`/unknowns/assignments/${encodeURIComponent(assignment)}/undo`, assignmentUndoneSchema, {
    method: 'POST',
    limitMs: LIMIT_MS,
  });
}

export async function ignoreUnknown(id: string, ignored: boolean): Promise<void> {
  await call(`${at(id)}/ignored`, z.unknown(), { method: 'PUT', body: { ignored } });
}

/** It is, or after all may be, not this person. */
export async function denyUnknown(id: string, person: string, denied: boolean): Promise<void> {
  await (denied
    ? call(`${at(id)}/denied`, z.unknown(), { method: 'POST', body: { person } })
    : call(`${at(id)}/denied/${encodeURIComponent(person)}`, z.unknown(), { method: 'DELETE' }));
}

/** @param to id of a group, or `new` */
export async function moveUnknown(id: string, sightings: readonly string[], to: string): Promise<string> {
  const moved = await call(`${at(id)}/move`, unknownMovedSchema, { method: 'POST', body: { sightings, to } });
  return moved.group;
}

export async function eraseUnknown(id: string): Promise<number> {
  return (await call(at(id), unknownErasedSchema, { method: 'DELETE' })).sightings;
}
