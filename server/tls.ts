import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';

const VALID_DAYS = 825;
const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000;

export class TlsError extends Error {
  readonly code = 'tls';
}

export type TlsMaterial = { cert: string; key: string; fingerprint: string };

/**
 * Certificate and key for `TLS`: a PEM file of the operator's, or a self-signed pair that is kept in the
 * data folder, so that the fingerprint stays the same over restarts.
 * @param options.tls `self-signed`, or a path
 * @throws {TlsError} when the file cannot be read, or lacks one of the two
 */
export async function loadTls(options: { tls: string; dataDir: string; host: string }): Promise<TlsMaterial> {
  if (options.tls !== 'self-signed') return fromPem(options.tls, readPem(options.tls));
  const path = join(options.dataDir, 'tls.pem');
  const kept = readKept(path);
  if (kept) return kept;
  const pem = await selfSign(options.host);
  writeFileSync(path, pem, { mode: 0o600 });
  return fromPem(path, pem);
}

function readKept(path: string): TlsMaterial | undefined {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const material = fromPem(path, pem);
  const until = new X509Certificate(material.cert).validToDate.getTime();
  return until - Date.now() > RENEW_BEFORE_MS ? material : undefined;
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new TlsError(
      `TLS names ${path}, which cannot be read (${why}). It takes \`self-signed\`, or a PEM file.`,
    );
  }
}

function fromPem(path: string, pem: string): TlsMaterial {
  const blocks = pem.match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? [];
  const key = blocks.find((block) => block.includes('PRIVATE KEY'));
  const cert = blocks.filter((block) => block.includes('BEGIN CERTIFICATE')).join('\n');
  if (!key || !cert) {
    throw new TlsError(`${path} must hold a certificate (chain) and its private key, both as PEM.`);
  }
  try {
    createSecureContext({ cert, key });
    return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
  } catch (cause) {
    throw new TlsError(`${path}: certificate and key cannot be used together: ${(cause as Error).message}`);
  }
}

async function selfSign(host: string): Promise<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  );
  const names = new Set(['localhost', hostname(), ...(isIP(host) ? [] : [host])]);
  const ips = new Set(
    ['127.0.0.1', ...addresses, ...(isIP(host) ? [host] : [])].filter((ip) => !ip.includes('%')),
  );
  const notAfterDate = new Date(Date.now() + VALID_DAYS * 24 * 3600 * 1000);
  const { cert, private: key } = await generate([{ name: 'commonName', value: hostname() }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...names].map((value) => ({ type: 2 as const, value })),
          ...[...ips].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return `${cert}\n${key}\n`;
}
