import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dropPhoto, type Photo } from './photos.ts';

/** Photos of a page, which are released with it. */
export function usePhotos(): Signal<readonly Photo[]> {
  const photos = useSignal<readonly Photo[]>([]);
  useEffect(() => () => photos.peek().forEach(dropPhoto), []);
  return photos;
}
