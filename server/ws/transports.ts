import type { types } from 'mediasoup';
import { FacewireError } from '../../protocol/errors.ts';

/** A transport as the wire describes it. */
export function describeTransport(transport: types.WebRtcTransport) {
  const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
  return {
    id,
    iceParameters: { ...iceParameters },
    iceCandidates: iceCandidates.map((candidate) => ({ ...candidate })),
    dtlsParameters: { ...dtlsParameters },
    sctpParameters: { ...sctpParameters },
  };
}

/** mediasoup checks the shapes that the wire leaves opaque; what it refuses is the client's mistake. */
export async function checked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof FacewireError) throw cause;
    throw new FacewireError('validation', `The media server refused: ${(cause as Error).message}`, { cause });
  }
}
