import { describe, expect, test } from 'vitest';
import { BoxHistory } from '../../../../../client/console/streams/box-history.ts';

const boxAt = (x: number, track = 1) => [{ track, box: { x, y: 0.2, width: 0.1, height: 0.2 } }];

describe('where the faces of a stream were', () => {
  test('between two frames that were looked at, in proportion', () => {
    const history = new BoxHistory();
    history.add(1000, boxAt(0.1), 1100);
    history.add(1200, boxAt(0.3), 1300);
    expect(history.at(1050)[0]?.box.x).toBeCloseTo(0.15);
    expect(history.at(1250)[0]?.box.x).toBeCloseTo(0.3);
    expect(history.at(1901)).toEqual([]);
  });

  test('a moment that comes late is put where it belongs', () => {
    const history = new BoxHistory();
    history.add(1000, boxAt(0.1), 1100);
    history.add(1200, boxAt(0.3), 1300);
    history.add(1100, boxAt(0.5), 1310);
    expect(history.at(1100)[0]?.box.x).toBeCloseTo(0.5);
  });

  test('a frame waits for the boxes after it: as long as they take, and as long as lies between two of them', () => {
    const history = new BoxHistory();
    expect(history.wait).toBeUndefined();
    history.add(1000, boxAt(0.1), 1080);
    expect(history.wait).toBe(80);
    for (let at = 1200; at < 6000; at += 200) history.add(at, boxAt(0.1), at + 80);
    expect(history.wait).toBe(280);
    // One that was late now and then does not count; a kiosk that has become slow does, and is forgotten again.
    history.add(6000, boxAt(0.1), 6900);
    expect(history.wait).toBe(280);
    for (let at = 6400; at < 14_000; at += 400) history.add(at, boxAt(0.1), at + 300);
    expect(history.wait).toBe(700);
    for (let at = 14_100; at < 17_000; at += 100) history.add(at, boxAt(0.1), at + 50);
    expect(history.wait).toBe(150);
  });

  test('a pause between two of them is no wait', () => {
    const history = new BoxHistory();
    history.add(1000, boxAt(0.1), 1080);
    history.add(9000, boxAt(0.1), 9080);
    expect(history.wait).toBe(80);
  });
});
