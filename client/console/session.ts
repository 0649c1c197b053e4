import { signal } from '@preact/signals';
import type { Session } from '../net/login.ts';

/** Who is logged in at this console. */
export const session = signal<Session | undefined>(undefined);
