import { type ReadonlySignal, signal } from '@preact/signals';

const page = signal(false);
document.addEventListener('fullscreenchange', () => {
  page.value = document.fullscreenElement === document.documentElement;
});

/** Whether the whole page fills the screen. */
export const pageFillsScreen: ReadonlySignal<boolean> = page;

/** Fills the screen with the element, or gives the screen back. A browser that refuses leaves all as it is. */
export function toggleFullScreen(element: Element): void {
  const done =
    document.fullscreenElement === element ? document.exitFullscreen() : element.requestFullscreen();
  done.catch(() => {});
}

/** iPhones give the screen to videos only. */
export const canFillScreen = document.fullscreenEnabled;
