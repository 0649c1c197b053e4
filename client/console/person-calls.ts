import {
  mergedSchema,
  mergeUndoneSchema,
  type PersonChange,
  personDetailsSchema,
  personHistorySchema,
  photoMovedSchema,
} from '../../protocol/people.ts';
import { erasurePreviewSchema, personSchema } from '../../protocol/rest.ts';
import { call } from './api.ts';

const at = (id: string) => `/people/${encodeURIComponent(id)}`;
const photoAt = (id: string, photo: string) => `${at(id)}/photos/${encodeURIComponent(photo)}`;

/** Where a photo's aligned crop is. */
export function photoUrl(id: string, photo: string): string {
  return `${photoAt(id, photo)}.jpg`;
}

/** Where everything that is kept of a person is downloaded. */
export function exportPersonUrl(id: string): string {
  return `${at(id)}/export`;
}

export function previewErasure(id: string) {
  return call(`${at(id)}/erasure`, erasurePreviewSchema);
}

/** Who changed the person, and when. */
export function getHistory(id: string) {
  return call(`${at(id)}/history`, personHistorySchema);
}

export function getPerson(id: string) {
  return call(at(id), personDetailsSchema);
}

export function changePerson(id: string, changes: PersonChange) {
  return call(at(id), personSchema, { method: 'PATCH', body: changes });
}

export function deletePhoto(id: string, photo: string) {
  return call(photoAt(id, photo), personSchema, { method: 'DELETE' });
}

/** @param to id of a person, or the name of a new one */
export function movePhoto(id: string, photo: string, to: string | { name: string }) {
  return call(`${photoAt(id, photo)}/move`, photoMovedSchema, { method: 'POST', body: { to } });
}

export function mergePerson(id: string, into: string) {
  return call(`${at(id)}/merge`, mergedSchema, { method: 'POST', body: { into } });
}

export function undoMerge(merge: string) {
  return call(`/people/merges/${encodeURIComponent(merge)}/undo`, mergeUndoneSchema, { method: 'POST' });
}
