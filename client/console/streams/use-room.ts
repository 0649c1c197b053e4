import { useLayoutEffect, useState } from 'preact/hooks';

type Room = { width: number; height: number };

/** Below this width the page scrolls as one, and the tiles may fill three screens. */
const PHONE = matchMedia('(width < 48rem)');

/** Room for the tiles: what the element has; on a phone three screens, since there the page scrolls. */
export function useRoom(ref: { current: HTMLElement | null }): Room | undefined {
  const [room, setRoom] = useState<Room>();
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const height = PHONE.matches ? 3 * innerHeight : element.clientHeight;
      setRoom((before) =>
        before?.width === element.clientWidth && before.height === height
          ? before
          : { width: element.clientWidth, height },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [ref]);
  return room;
}
