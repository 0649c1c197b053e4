import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { types } from 'mediasoup';
import type { Config } from '../../config/schema.ts';

// Without larger buffers, bursts of crops overflow the kernel's default and are lost on loopback.
const SOCKET_BUFFER_BYTES = 4_000_000;

/**
 * Where the WebRtcServer listens: the HTTP host's address (each interface's for 0.0.0.0 and ::), one port.
 * TCP is added when the port is not the HTTP server's own.
 */
export async function rtcListenInfos(options: {
  config: Pick<Config, 'HOST' | 'RTC_PORT' | 'RTC_ANNOUNCED'>;
  httpPort: number;
}): Promise<types.TransportListenInfo[]> {
  const { config, httpPort } = options;
  const port = config.RTC_PORT ?? httpPort;
  const protocols: types.TransportProtocol[] = port !== 0 && port !== httpPort ? ['udp', 'tcp'] : ['udp'];
  const addresses = await listenAddresses(config);
  return addresses.flatMap((address) =>
    protocols.map((protocol) => ({
      protocol,
      ...address,
      port,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      recvBufferSize: SOCKET_BUFFER_BYTES,
    })),
  );
}

async function listenAddresses(
  config: Pick<Config, 'HOST' | 'RTC_ANNOUNCED'>,
): Promise<{ ip: string; announcedAddress?: string }[]> {
  const everywhere = config.HOST === '0.0.0.0' || config.HOST === '::';
  if (config.RTC_ANNOUNCED) {
    const ip = everywhere ? '0.0.0.0' : await resolve(config.HOST);
    return [{ ip, announcedAddress: config.RTC_ANNOUNCED }];
  }
  if (!everywhere) return [{ ip: await resolve(config.HOST) }];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, address }) => family === 'IPv4' || !address.startsWith('fe80'))
    .map(({ address }) => ({ ip: address }));
}

async function resolve(host: string): Promise<string> {
  return isIP(host) ? host : (await lookup(host, { family: 4 })).address;
}
