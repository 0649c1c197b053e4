import type { Progress } from './pace.ts';

const BAR = 24;
/** A terminal is drawn anew so often; elsewhere a line is written now and then. */
const DRAW_MS = 100;
const LINE_MS = 5000;

type Output = { isTTY?: boolean; write(text: string): unknown };

/** A bar on a terminal, plain lines in a log: how many, rate, time left. @param what is counted */
export function createProgressBar(output: Output, what = 'photos') {
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const clear = () => {
    if (drawn) output.write('\r\u001b[K');
    drawn = false;
  };
  return {
    update(progress: Progress, note = ''): void {
      const now = performance.now();
      const due = now - last >= (output.isTTY ? DRAW_MS : LINE_MS);
      if (!due && progress.done < progress.total) return;
      last = now;
      const line = describe(progress, what) + (note && ` · ${note}`);
      if (output.isTTY) {
        clear();
        output.write(`${bar(progress)} ${line}`);
        drawn = true;
      } else {
        output.write(`${line}\n`);
      }
    },
    end: clear,
  };
}

function bar({ done, total }: Progress): string {
  const full = Math.round((BAR * done) / Math.max(1, total));
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

function describe({ done, total, rate, secondsLeft }: Progress, what: string): string {
  const percent = Math.floor((100 * done) / Math.max(1, total));
  const speed = rate > 0 ? ` · ${rate.toFixed(1)} ${what}/s` : '';
  const left = secondsLeft !== null && done < total ? ` · ${inWords(secondsLeft)} left` : '';
  return `${done} of ${total} ${what} (${percent} %)${speed}${left}`;
}

/** Seconds as `45 s`, `3 min 5 s` or `1 h 2 min`. */
function inWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
