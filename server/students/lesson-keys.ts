/** Where the lessons of kiosks lie in Redis; nothing outlives `LESSON_LIFE_S`. */
export const lessonKeys = {
  /** JSON of an open lesson. */
  lesson: (kiosk: string) => `fw:lessons:${kiosk}`,
  /** People whose templates the kiosk was given, by the time of it (ms). */
  handed: (kiosk: string) => `fw:lessons:${kiosk}:handed`,
  /** JSON of `lessonResultSchema`. */
  result: (kiosk: string) => `fw:lessons:${kiosk}:result`,
  /** Hash by kiosk: what came back and waits to be measured, sealed. */
  offers: (group: string) => `fw:lessons:offers:${group}`,
} as const;
