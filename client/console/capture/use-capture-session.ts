import { useEffect, useState } from 'preact/hooks';
import type { CaptureSession } from './capture-session.ts';

/**
 * Opens the camera, for a guided capture the detector too, while it is `wanted`, and lets both go with the page. They are loaded only then: the console
 * stays light for everybody who does not use a camera.
 */
export function useCaptureSession(wanted: 'guided' | 'camera' | undefined): CaptureSession | undefined {
  const [session, setSession] = useState<CaptureSession>();
  useEffect(() => {
    if (!wanted) return;
    let opened: CaptureSession | undefined;
    let over = false;
    void import('./capture-session.ts').then((module) => {
      if (over) return;
      opened = new module.CaptureSession();
      opened.start({ detect: wanted === 'guided' });
      setSession(opened);
    });
    return () => {
      over = true;
      opened?.close();
      setSession(undefined);
    };
  }, [wanted]);
  return session;
}
