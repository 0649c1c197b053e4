import { resolve } from 'node:path';
import { createWorker } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCurrent, isGood, planWorker } from '../../../scripts/bootstrap/worker.mjs';

const root = resolve(import.meta.dirname, '../../..');

describe('the worker that the bootstrap put in place', () => {
  let worker: Worker;

  beforeAll(async () => {
    worker = await createWorker({ logLevel: 'warn' });
  });

  afterAll(() => worker.close());

  it('runs, and is the one that the present recipe makes', () => {
    const plan = planWorker(root, process.env);
    expect(plan.given ? isGood(plan.given) : isCurrent(plan)).toBe(true);
    expect(isGood('/bin/true')).toBe(false);
    expect(isGood('/no/such/worker')).toBe(false);
  });

  it('carries messages of 200 KB from one direct transport to another, unharmed', async () => {
    const router = await worker.createRouter();
    const [from, to] = await Promise.all([
      router.createDirectTransport({ maxSendMessageSize: 262_144 }),
      router.createDirectTransport({ maxSendMessageSize: 262_144 }),
    ]);
    const producer = await from.produceData({ label: 'crops' });
    const consumer = await to.consumeData({ dataProducerId: producer.id });
    const sent = [1, 5000, 200_000].map((size) => Buffer.alloc(size, size % 251));
    const received: Buffer[] = [];
    const all = new Promise<void>((done) => {
      consumer.on('message', (message) => {
        received.push(message);
        if (received.length === sent.length) done();
      });
    });
    for (const message of sent) producer.send(message);
    await all;
    expect(received.map((message) => message.length)).toEqual(sent.map((message) => message.length));
    expect(received.every((message, index) => sent[index]?.equals(message))).toBe(true);
    router.close();
  });

  it('answers for WebRTC on the one port of a WebRtcServer, with DTLS and SCTP', async () => {
    const server = await worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ip: '127.0.0.1' },
        { protocol: 'tcp', ip: '127.0.0.1' },
      ],
    });
    const router = await worker.createRouter({
      mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }],
    });
    const transport = await router.createWebRtcTransport({ webRtcServer: server, enableSctp: true });
    expect(transport.dtlsParameters.fingerprints.map(({ algorithm }) => algorithm)).toContain('sha-256');
    expect(transport.iceCandidates.map(({ protocol }) => protocol).sort()).toEqual(['tcp', 'udp']);
    expect(transport.sctpParameters?.maxSendMessageSize).toBe(262_144);
    router.close();
    server.close();
  });
});
