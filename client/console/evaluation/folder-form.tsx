import { useSignal } from '@preact/signals';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dropzone } from '../../ui/dropzone.tsx';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type Folder, type FolderFile, filesOfDrop, filesOfInput, readFolder } from './folder.ts';

type Face = 'middle' | 'largest';

/** Takes a folder by dialog or drop, says what is in it, and starts the run. */
export function FolderForm({
  onStart,
}: {
  onStart: (run: { name: string; face: Face; folder: Folder }) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const folder = useSignal<Folder | undefined>(undefined);
  const name = useSignal('');
  const tried = useSignal(false);
  const face = useSignal<Face>('largest');
  useLayoutEffect(() => {
    // No attribute of HTML, so neither of its types; every browser has it.
    input.current?.setAttribute('webkitdirectory', '');
  }, []);

  function take(files: readonly FolderFile[]): void {
    const read = readFolder(files);
    folder.value = read;
    if (read.name) name.value = read.name;
    // LFW's photos show the person named in the middle.
    face.value = read.lists.length > 0 ? 'middle' : 'largest';
  }

  const chosen = folder.value;
  const ready = chosen && chosen.refusal === undefined;
  return (
    <Card title={t('console.evaluation.pick')}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried.value = true;
          const trimmed = name.value.trim();
          if (ready && trimmed) onStart({ name: trimmed, face: face.value, folder: chosen });
        }}
      >
        <div class="evaluation-picker">
          <Dropzone onDrop={(dropped) => void filesOfDrop(dropped).then(take)}>
            <Button icon="upload" aria-describedby={`${id}-hint`} onClick={() => input.current?.click()}>
              {t('console.evaluation.choose')}
            </Button>
            <p class="field__hint" id={`${id}-hint`}>
              {t('console.evaluation.pickHint')}
            </p>
            <input
              ref={input}
              type="file"
              multiple
              hidden
              aria-label={t('console.evaluation.choose')}
              onChange={(event) => {
                take(filesOfInput(event.currentTarget.files ?? []));
                event.currentTarget.value = '';
              }}
            />
          </Dropzone>
          <div role="status">{chosen && <Contents folder={chosen} />}</div>
        </div>
        {ready && (
          <>
            <Field
              label={t('console.evaluation.name')}
              name="run"
              required
              maxLength={200}
              value={name.value}
              onValue={(value) => {
                name.value = value;
              }}
              error={
                tried.value && name.value.trim() === '' ? t('console.evaluation.nameMissing') : undefined
              }
            />
            <fieldset class="evaluation-faces">
              <legend class="field__label">{t('console.evaluation.face')}</legend>
              {(['largest', 'middle'] as const).map((choice) => (
                <label key={choice} class="field-check">
                  <input
                    type="radio"
                    name="face"
                    checked={face.value === choice}
                    onChange={() => {
                      face.value = choice;
                    }}
                  />
                  <span>
                    {t(
                      choice === 'largest'
                        ? 'console.evaluation.faceLargest'
                        : 'console.evaluation.faceMiddle',
                    )}
                  </span>
                </label>
              ))}
            </fieldset>
            <Button type="submit" variant="primary" icon="upload">
              {t('console.evaluation.start')}
            </Button>
          </>
        )}
      </form>
    </Card>
  );
}

function Contents({ folder: { photos, people, lists, skipped, refusal } }: { folder: Folder }) {
  if (refusal) {
    return (
      <p class="field__error">
        <Icon name="error" />
        <span>{refusal}</span>
      </p>
    );
  }
  const parts = [
    t('console.evaluation.chosen', { photos: photos.length, people }),
    ...(lists.length > 0 ? [t('console.evaluation.chosenLists', { count: lists.length })] : []),
  ];
  return (
    <p data-testid="folder-contents">
      {parts.join(', ')}
      {skipped > 0 && <span class="muted small"> {t('console.evaluation.skipped', { count: skipped })}</span>}
    </p>
  );
}
