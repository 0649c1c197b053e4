import { encode } from 'uqr';
import { readablePairingCode } from '../../protocol/kiosks.ts';
import { t } from '../i18n/t.ts';

/** The code by which this browser becomes a kiosk, as text to type and as a picture for the camera of a phone. */
export function PairingCode({ code }: { code: string }) {
  return (
    <section class="pairing" aria-label={t('kiosk.pairing.label')}>
      <p class="pairing__how">{t('kiosk.pairing.how')}</p>
      <p class="pairing__code" data-testid="pairing-code">
        {readablePairingCode(code)}
      </p>
      {reachableByOthers(location.hostname) && (
        <figure class="pairing__qr">
          <QrCode text={consoleAddress(code)} />
          <figcaption>{t('kiosk.pairing.scan')}</figcaption>
        </figure>
      )}
      <p class="pairing__note">{t('kiosk.pairing.note')}</p>
    </section>
  );
}

/** Opens the console's pairing dialog with the code filled in; whoever opens it still has to be logged in as admin. */
function consoleAddress(code: string): string {
  return `${location.origin}/console#/admin/kiosks?pair=${code}`;
}

/** A phone that scans `localhost` would look for the server on itself. */
function reachableByOthers(hostname: string): boolean {
  return !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="pairing__squares" viewBox={`0 0 ${size} ${size}`} aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
