import { useLayoutEffect } from 'preact/hooks';
import type { Sighting } from '../../../protocol/events.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CropImage } from '../crop-image.tsx';
import { isTyping } from '../keyboard.ts';
import { hrefOfPerson } from '../router.ts';
import { Answer, useAnswering } from './answer.tsx';
import { Evidence } from './evidence.tsx';

/**
 * One sighting: its crop, what it rests on, and what an operator says of it. The arrows go to the newer and the older
 * one, `y` and `n` answer.
 */
export function SightingDialog({
  sighting,
  now,
  mayAnswer,
  onChanged,
  onNewer,
  onOlder,
  onClose,
}: {
  sighting: Sighting;
  now: number;
  /** Whether this login may say who it is. */
  mayAnswer: boolean;
  onChanged: (sighting: Sighting) => void;
  onNewer?: (() => void) | undefined;
  onOlder?: (() => void) | undefined;
  onClose: () => void;
}) {
  const answering = useAnswering(sighting, onChanged);
  const recognised = sighting.confirmation ? sighting.confirmation.recognised : sighting.personId;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const keys: Record<string, (() => void) | undefined> = {
        ArrowLeft: onNewer,
        ArrowUp: onNewer,
        ArrowRight: onOlder,
        ArrowDown: onOlder,
        ...(mayAnswer && recognised
          ? {
              y: () => answering.say({ verdict: 'yes' }),
              n: () => answering.say({ verdict: 'no' }),
            }
          : {}),
      };
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
  const { state, name, personId, cropUrl } = sighting;
  return (
    <Dialog
      wide
      title={t('console.events.detail')}
      onClose={onClose}
      actions={
        <>
          {(onNewer || onOlder) && (
            <div class="sighting__steps">
              <Button
                icon="back"
                disabled={!onNewer}
                aria-label={t('console.events.newer')}
                onClick={onNewer}
              />
              <Button
                icon="move"
                disabled={!onOlder}
                aria-label={t('console.events.olderOne')}
                onClick={onOlder}
              />
            </div>
          )}
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </>
      }
    >
      <div class="sighting" data-testid="sighting" data-sighting={sighting.id}>
        <div class="sighting__picture">
          <CropImage url={cropUrl} />
          <Badge state={state}>{name ?? t('ui.state.unknown')}</Badge>
          {personId && (
            <a href={hrefOfPerson(personId)}>{t('console.events.toPerson', { name: name ?? '' })}</a>
          )}
        </div>
        <div class="sighting__what">
          <Evidence sighting={sighting} now={now} />
          {mayAnswer && <Answer key={sighting.id} sighting={sighting} answering={answering} now={now} />}
        </div>
      </div>
    </Dialog>
  );
}
