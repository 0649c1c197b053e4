import { readFile } from 'node:fs/promises';
import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import type { Logger } from '../../config/logger.ts';
import { CROP_MAX_BYTES } from '../../protocol/crop.ts';
import { MediaPeer } from './media-peer.ts';
import { VideoViewer } from './video-viewer.ts';

const RESTART_DELAY_MS = 500;

/** What browsers share: VP8 everywhere, H.264 where it is done in hardware. */
const VIDEO_CODECS: types.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

type Media = {
  worker: types.Worker;
  webRtcServer: types.WebRtcServer;
  router: types.Router;
  direct: types.DirectTransport;
};

/**
 * The SFU: one mediasoup worker with a single-port WebRtcServer, a router, and a direct transport by which
 * crops come into this process and labels leave it. When the worker dies, peers are closed (their pages
 * connect again) and a new worker takes its place on the same port.
 */
export class Sfu {
  readonly #listenInfos: types.TransportListenInfo[];
  readonly #logger: Logger;
  readonly #peers = new Set<MediaPeer>();
  readonly #viewers = new Set<VideoViewer>();
  #media: Media | undefined;
  #closed = false;

  private constructor(options: { listenInfos: types.TransportListenInfo[]; logger: Logger }) {
    this.#listenInfos = options.listenInfos;
    this.#logger = options.logger;
  }

  /** @throws when no mediasoup worker can be started, or the port is taken */
  static async create(options: { listenInfos: types.TransportListenInfo[]; logger: Logger }): Promise<Sfu> {
    const sfu = new Sfu(options);
    await sfu.#start();
    return sfu;
  }

  get alive(): boolean {
    return this.#media !== undefined;
  }

  /** Process id of the media worker. */
  get pid(): number | undefined {
    return this.#media?.worker.pid;
  }

  /** What the media worker uses; `undefined` while a dead one is being replaced. */
  async usage(): Promise<{ pid: number; transports: number; memoryBytes: number; cpuS: number } | undefined> {
    if (!this.#media) return undefined;
    const { worker, router } = this.#media;
    const [used, { transportIds }, memoryBytes] = await Promise.all([
      worker.getResourceUsage(),
      router.dump(),
      residentBytes(worker.pid),
    ]);
    return {
      pid: worker.pid,
      transports: transportIds.length,
      memoryBytes: memoryBytes ?? used.ru_maxrss * 1024,
      cpuS: (used.ru_utime + used.ru_stime) / 1000,
    };
  }

  get peers(): number {
    return this.#peers.size;
  }

  /** @throws while a dead worker is being replaced */
  get routerRtpCapabilities(): types.RtpCapabilities {
    return this.#required().router.rtpCapabilities;
  }

  /**
   * The media side of one kiosk.
   * @param options.onCrop every message of its channel `crops`, unchecked
   * @param options.onClosed once, when its transports are gone for good
   */
  createPeer(options: { onCrop: (bytes: Buffer) => void; onClosed: () => void }): MediaPeer {
    const { webRtcServer, router, direct } = this.#required();
    const peer = new MediaPeer({
      webRtcServer,
      router,
      direct,
      onCrop: options.onCrop,
      onClosed: () => {
        this.#peers.delete(peer);
        options.onClosed();
      },
    });
    this.#peers.add(peer);
    return peer;
  }

  /** The media side of one console. @param options.onClosed once, when its transport is gone for good */
  createViewer(options: { onClosed: () => void }): VideoViewer {
    const { webRtcServer, router } = this.#required();
    const viewer = new VideoViewer({
      webRtcServer,
      router,
      onClosed: () => {
        this.#viewers.delete(viewer);
        options.onClosed();
      },
    });
    this.#viewers.add(viewer);
    return viewer;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const peer of [...this.#peers, ...this.#viewers]) peer.close();
    this.#media?.worker.close();
    this.#media = undefined;
  }

  async #start(): Promise<void> {
    const worker = await mediasoup.createWorker({ logLevel: 'warn' });
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: this.#listenInfos });
      const router = await worker.createRouter({ mediaCodecs: VIDEO_CODECS });
      const direct = await router.createDirectTransport({ maxReceiveMessageSize: CROP_MAX_BYTES });
      this.#media = { worker, webRtcServer, router, direct };
    } catch (error) {
      worker.close();
      throw error;
    }
    worker.on('died', (error) => void this.#replace(error));
    this.#logger.info({ mediaWorker: worker.pid, port: this.#listenInfos[0]?.port }, 'media worker started');
  }

  async #replace(error: Error): Promise<void> {
    this.#media = undefined;
    this.#logger.error({ err: error }, 'media worker died; starting another');
    for (const peer of [...this.#peers, ...this.#viewers]) peer.close();
    while (!this.#closed && !this.#media) {
      await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY_MS));
      await this.#start().catch((cause: unknown) =>
        this.#logger.error({ err: cause }, 'media worker did not start'),
      );
    }
    if (this.#closed) this.close();
  }

  #required(): Media {
    if (!this.#media) throw new Error('the media worker is being restarted');
    return this.#media;
  }
}

/** Memory that a process has now; `undefined` where the system does not tell it by /proc. */
async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
