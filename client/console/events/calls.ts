import type { Confirm } from '../../../protocol/confirmations.ts';
import { type Sighting, sightingSchema } from '../../../protocol/events.ts';
import { call } from '../api.ts';

/** Says whether recognition was right. @returns the sighting as it is now */
export function confirmSighting(id: string, answer: Confirm): Promise<Sighting> {
  return call(`/sightings/${id}/confirmation`, sightingSchema, { method: 'POST', body: answer });
}

export function takeBackConfirmation(id: string): Promise<Sighting> {
  return call(`/sightings/${id}/confirmation`, sightingSchema, { method: 'DELETE' });
}
