import { useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';

/** A crop by its address. Crops live for half a minute on the server: afterwards an outline stands in. */
export function CropImage({ url }: { url: string }) {
  const [gone, setGone] = useState('');
  if (gone === url) {
    return (
      <span class="crop crop--gone">
        <Icon name="person" />
      </span>
    );
  }
  return <img class="crop" src={url} alt="" width={112} height={112} onError={() => setGone(url)} />;
}
