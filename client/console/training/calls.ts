import { z } from 'zod';
import {
  type ChangeGroup,
  studentGroupSchema,
  studentVersionSchema,
  trainingResponseSchema,
} from '../../../protocol/student-versions.ts';
import { call } from '../api.ts';

export const listGroups = async () => (await call('/training', trainingResponseSchema)).groups;

export const createGroup = (group: ChangeGroup) =>
  call('/training/groups', studentGroupSchema, { method: 'POST', body: group });

export const changeGroup = (id: string, change: ChangeGroup) =>
  call(`/training/groups/${id}`, studentGroupSchema, { method: 'PATCH', body: change });

export const removeGroup = (id: string) =>
  call(`/training/groups/${id}`, z.undefined(), { method: 'DELETE' });

export const trainNow = (id: string) =>
  call(`/training/groups/${id}/runs`, studentGroupSchema, { method: 'POST' });

export const rollBack = (id: string) =>
  call(`/training/groups/${id}/rollback`, studentGroupSchema, { method: 'POST' });

export const tryOut = (id: string) =>
  call(`/training/versions/${id}/trial`, studentVersionSchema, { method: 'POST' });

export const promote = (id: string, force: boolean) =>
  call(`/training/versions/${id}/promote`, studentVersionSchema, { method: 'POST', body: { force } });
