import '../net/zod-without-eval.ts';
import { render } from 'preact';
import { kioskMessages } from '../i18n/en/kiosk.ts';
import { uiMessages } from '../i18n/en/ui.ts';
import { startSpeaking } from '../i18n/language.ts';
import '../ui/base.css';
import './kiosk.css';
import { KioskPage } from './kiosk.page.tsx';
import { Kiosk } from './kiosk.ts';
import { keepAwake } from './wake-lock.ts';

await startSpeaking({ ui: uiMessages, kiosk: kioskMessages });
const kiosk = new Kiosk();
const app = document.getElementById('app');
if (app) render(<KioskPage kiosk={kiosk} />, app);

// A link pasted into an open tab changes the hash only.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#code=')) location.reload();
});
kiosk.start();
keepAwake();
