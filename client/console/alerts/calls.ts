import { z } from 'zod';
import { alertsResponseSchema, type Watch, watchListSchema, watchSchema } from '../../../protocol/alerts.ts';
import { type Alert, alertSchema } from '../../../protocol/events.ts';
import { call } from '../api.ts';

/** Those that somebody has seen to, newest first. */
export async function listAcknowledged(): Promise<Alert[]> {
  return (await call('/alerts?state=acknowledged&limit=20', alertsResponseSchema)).alerts;
}

/** Says that an alert is seen to. @returns it, with who was first */
export function acknowledgeAlert(id: string): Promise<Alert> {
  return call(`/alerts/${id}/acknowledgement`, alertSchema, { method: 'POST' });
}

export async function listWatched() {
  return (await call('/watch-list', watchListSchema)).people;
}

export function watchPerson(id: string, note: string): Promise<Watch> {
  return call(`/people/${id}/watch`, watchSchema, { method: 'PUT', body: { note: note || null } });
}

export async function unwatchPerson(id: string): Promise<void> {
  await call(`/people/${id}/watch`, z.unknown(), { method: 'DELETE' });
}
