import { useState } from 'preact/hooks';
import type { ListedPerson } from '../../protocol/rest.ts';
import { photoUrl } from './person-calls.ts';

/** A person's best photo in a circle; their initials where there is none. */
export function PersonPicture({ person }: { person: Pick<ListedPerson, 'id' | 'name' | 'bestPhoto'> }) {
  const { id, name, bestPhoto } = person;
  const [gone, setGone] = useState('');
  if (!bestPhoto || gone === bestPhoto) {
    return (
      <span class="initials" aria-hidden="true">
        {initialsOf(name)}
      </span>
    );
  }
  return (
    <img
      class="initials initials--photo"
      src={photoUrl(id, bestPhoto)}
      alt=""
      loading="lazy"
      width={112}
      height={112}
      onError={() => setGone(bestPhoto)}
    />
  );
}

/** First letters of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters.map((word) => firstLetter(word ?? '').toLocaleUpperCase()).join('');
}

const graphemes = new Intl.Segmenter();

/** As a person counts letters: with its accents and signs. */
function firstLetter(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}
