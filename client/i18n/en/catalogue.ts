import { consoleMessages } from './console.ts';
import { kioskMessages } from './kiosk.ts';
import { uiMessages } from './ui.ts';

/** Every sentence that a person reads on a page. `{name}` is filled in by `t()`. */
export const en = { ui: uiMessages, kiosk: kioskMessages, console: consoleMessages } as const;
