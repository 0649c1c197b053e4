import { describe, expect, it } from 'vitest';
import { type CropChannel, type ReadyCrop, Uplink } from '../../../../client/pipeline/uplink.ts';
import { decodeCrop } from '../../../../protocol/crop.ts';

class FakeChannel implements CropChannel {
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: Uint8Array[] = [];
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.bufferedAmount += bytes.length;
  }
}

function jpegOf(bytes: number): Uint8Array {
  const jpeg = new Uint8Array(bytes);
  jpeg.set([0xff, 0xd8, 0xff]);
  return jpeg;
}

function setUp() {
  const clock = { now: 10_000 };
  const channel = new FakeChannel();
  const uplink = new Uplink({ now: () => clock.now, toSessionTime: (ms) => ms - 4000 });
  uplink.handleChannel(channel);
  const crop = (track: number, bytes = 6000): ReadyCrop => ({
    track,
    capturedAt: clock.now - 80,
    readyAt: clock.now,
    durations: { camera: 5, detect: 60, align: 4 },
    box: { x: 0.1, y: 0.1, width: 0.2, height: 0.3 },
    landmarks: Array.from({ length: 5 }, () => ({ x: 0.2, y: 0.2 })),
    interEyePx: 60,
    quality: { score: 0.9, sharpness: 0.5, brightness: 0.5, yaw: 0, pitch: 0 },
    frame: { width: 640, height: 480 },
    codec: 'jpeg',
    payload: jpegOf(bytes),
  });
  const tracksSent = () => channel.sent.map((bytes) => decodeCrop(bytes).track);
  /** Offers crops of other tracks until the channel takes no more. */
  const congest = () => {
    channel.bufferedAmount = 300 * 1024;
  };
  return { clock, channel, uplink, crop, tracksSent, congest };
}

describe('Uplink', () => {
  it('sends at once, with session time, growing sequence and the time spent waiting', () => {
    const { clock, channel, uplink, crop } = setUp();
    const first = crop(7);
    clock.now += 3;
    uplink.offer(first);
    uplink.offer(crop(8));
    const [a, b] = channel.sent.map(decodeCrop);
    expect(a).toMatchObject({ track: 7, sequence: 1, captureTime: 5920 });
    expect(a?.durations.uplink).toBeCloseTo(3, 1);
    expect(b).toMatchObject({ track: 8, sequence: 2 });
    expect(uplink.capturedAt(1)).toBe(9920);
    expect(uplink.sent).toBe(2);
  });

  it('replaces a waiting crop by a newer one of the same track, and counts it', () => {
    const { channel, uplink, crop, tracksSent, congest } = setUp();
    congest();
    uplink.offer(crop(1, 5000));
    uplink.offer(crop(1, 6000));
    uplink.offer(crop(2));
    expect(channel.sent).toHaveLength(0);
    channel.bufferedAmount = 0;
    uplink.handleDrained();
    expect(tracksSent()).toEqual([1, 2]);
    expect(channel.sent[0]).toHaveLength(6000 + 120);
    expect(uplink.dropped).toEqual({ offline: 0, superseded: 1, stale: 0, 'track-ended': 0 });
  });

  it('puts nothing behind a channel that holds more than 100 ms of a slow link', () => {
    const { clock, channel, uplink, crop } = setUp();
    // 50 bytes a millisecond: 100 ms are 5,000 bytes, so the floor of two crops (16 KiB) is the limit.
    for (let i = 0; i < 100; i++) {
      clock.now += 20;
      channel.bufferedAmount = Math.max(0, channel.bufferedAmount - 20 * 50);
      uplink.offer(crop(1));
    }
    expect(channel.bufferedAmount).toBeLessThanOrEqual(16 * 1024 + 6120);
    expect(uplink.dropped.superseded).toBeGreaterThan(60);
  });

  it('lets a fast link hold more', () => {
    const { clock, channel, uplink, crop } = setUp();
    // 1,000 bytes a millisecond, and more than that offered.
    for (let i = 0; i < 200; i++) {
      clock.now += 10;
      channel.bufferedAmount = Math.max(0, channel.bufferedAmount - 10 * 1000);
      for (const track of [1, 2, 3]) uplink.offer(crop(track));
    }
    expect(channel.bufferedAmount).toBeGreaterThan(60 * 1024);
    expect(channel.bufferedAmount).toBeLessThan(130 * 1024);
  });

  it('drops what has waited for half a second', () => {
    const { clock, channel, uplink, crop, congest } = setUp();
    congest();
    uplink.offer(crop(1));
    clock.now += 501;
    channel.bufferedAmount = 0;
    uplink.handleDrained();
    expect(channel.sent).toHaveLength(0);
    expect(uplink.dropped.stale).toBe(1);
  });

  it('drops the waiting crop of a track that has ended', () => {
    const { channel, uplink, crop, congest } = setUp();
    congest();
    uplink.offer(crop(1));
    uplink.handleTrackEnded(1);
    channel.bufferedAmount = 0;
    uplink.handleDrained();
    expect(channel.sent).toHaveLength(0);
    expect(uplink.dropped['track-ended']).toBe(1);
  });

  it('drops everything while there is no channel, and goes on with growing sequences after', () => {
    const { channel, uplink, crop, congest } = setUp();
    uplink.offer(crop(1));
    congest();
    uplink.offer(crop(1));
    uplink.handleChannel(undefined);
    uplink.offer(crop(1));
    expect(uplink.dropped.offline).toBe(2);
    const next = new FakeChannel();
    uplink.handleChannel(next);
    uplink.offer(crop(1));
    expect(channel.sent).toHaveLength(1);
    expect(next.sent.map((bytes) => decodeCrop(bytes).sequence)).toEqual([2]);
  });

  it('survives a channel that closes between its last event and the send', () => {
    const { channel, uplink, crop } = setUp();
    channel.send = () => {
      throw new DOMException('closed', 'InvalidStateError');
    };
    uplink.offer(crop(1));
    expect(uplink.dropped.offline).toBe(1);
  });
});
