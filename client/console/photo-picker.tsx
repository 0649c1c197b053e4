import { type Signal, useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dropzone } from '../ui/dropzone.tsx';
import { Icon } from '../ui/icon.tsx';
import { CameraDialog } from './camera-dialog.tsx';
import { CaptureDialog } from './capture/capture-dialog.tsx';
import { MOST_SHOTS } from './capture/capture-guide.ts';
import { acceptFiles, dropPhoto, makePhoto, type Photo } from './photos.ts';

/**
 * Takes photos by file dialog, drag and drop, or camera, and shows them with a way to remove each.
 * With `most` 1 a new photo replaces the one before.
 */
export function PhotoPicker({
  photos,
  most,
  title,
  titleHidden = false,
  hint,
  error,
  camera = true,
  disabled = false,
}: {
  photos: Signal<readonly Photo[]>;
  most: number;
  title: string;
  /** For a place where the title already stands above. */
  titleHidden?: boolean;
  hint: string;
  error?: string | undefined;
  /** Whether photos can be taken here. */
  camera?: boolean;
  disabled?: boolean;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const shooting = useSignal(false);
  const refusals = useSignal<readonly string[]>([]);

  function add(files: Iterable<File>): void {
    const kept = most === 1 ? [] : photos.value;
    const outcome = acceptFiles([...files], most - kept.length);
    refusals.value = outcome.refusals;
    if (outcome.accepted.length === 0) return;
    if (most === 1) photos.value.forEach(dropPhoto);
    photos.value = [...kept, ...outcome.accepted.map(makePhoto)];
  }

  function remove(photo: Photo): void {
    dropPhoto(photo);
    photos.value = photos.value.filter((one) => one !== photo);
  }

  return (
    <fieldset class="picker" aria-describedby={`${id}-hint`} disabled={disabled}>
      <legend class={titleHidden ? 'visually-hidden' : 'field__label'}>{title}</legend>
      <Dropzone
        onDrop={(dropped) => {
          if (!disabled) add(dropped.files);
        }}
      >
        {photos.value.length > 0 && (
          <ul class={most === 1 ? 'shots shots--one' : 'shots'}>
            {photos.value.map((photo, i) => (
              <li key={photo.id} class="shot" data-testid="photo">
                <Preview photo={photo} />
                <Button
                  variant="quiet"
                  icon="cross"
                  class="shot__remove"
                  aria-label={t('console.photos.remove', { number: i + 1, name: photo.file.name })}
                  onClick={() => remove(photo)}
                />
              </li>
            ))}
          </ul>
        )}
        <div class="dropzone__buttons">
          <Button icon="upload" onClick={() => input.current?.click()}>
            {t(most === 1 ? 'console.photos.chooseOne' : 'console.photos.choose')}
          </Button>
          {camera && (
            <Button icon="camera" onClick={() => (shooting.value = true)}>
              {t('console.photos.camera')}
            </Button>
          )}
        </div>
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      </Dropzone>
      <input
        ref={input}
        type="file"
        accept="image/*,.heic,.heif"
        multiple={most > 1}
        hidden
        aria-label={title}
        onChange={(event) => {
          add(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <div role="status">
        {[...refusals.value, ...(error ? [error] : [])].map((text) => (
          <p key={text} class="field__error">
            <Icon name="error" />
            <span>{text}</span>
          </p>
        ))}
      </div>
      {shooting.value && most === 1 && (
        <CameraDialog
          onClose={() => (shooting.value = false)}
          onShot={(file) => {
            shooting.value = false;
            add([file]);
          }}
        />
      )}
      {shooting.value && most > 1 && (
        <CaptureDialog
          most={Math.min(MOST_SHOTS, most - photos.value.length)}
          onClose={() => (shooting.value = false)}
          onPhotos={(taken) => {
            shooting.value = false;
            photos.value = [...photos.value, ...taken];
          }}
        />
      )}
    </fieldset>
  );
}

/** The photo, or its name where the browser cannot show its format. */
function Preview({ photo }: { photo: Photo }) {
  const unreadable = useSignal(false);
  if (unreadable.value) return <span class="shot__name small">{photo.file.name}</span>;
  return <img src={photo.url} alt={photo.file.name} onError={() => (unreadable.value = true)} />;
}
