import type { Sighting } from '../../../protocol/events.ts';

/** Sightings of one hour of the reader's day. */
export type Hour = { start: number; sightings: Sighting[] };
export type Day = { start: number; hours: Hour[] };
export type Camera = { id: string; name: string; sightings: Sighting[] };

/** Days of hours, in the order of the list: newest first. Hours in which nothing happened are left out. */
export function byHour(sightings: readonly Sighting[]): Day[] {
  const days = Map.groupBy(sightings, ({ at }) => new Date(at).setHours(0, 0, 0, 0));
  return [...days].map(([start, seen]) => ({
    start,
    hours: [...Map.groupBy(seen, ({ at }) => new Date(at).setMinutes(0, 0, 0))].map(([hour, list]) => ({
      start: hour,
      sightings: list,
    })),
  }));
}

/** A list for each camera, the one with the newest sighting first. */
export function byCamera(sightings: readonly Sighting[]): Camera[] {
  const cameras = Map.groupBy(sightings, ({ stream }) => stream);
  return [...cameras].map(([id, list]) => ({ id, name: list[0]?.streamName ?? '', sightings: list }));
}
