import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { loadTls, TlsError } from '../../../server/tls.ts';
import { startFacewireProcess } from '../../support/facewire.ts';

const dir = mkdtempSync(join(tmpdir(), 'facewire-tls-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a self-signed certificate is kept, private, and stands for this machine’s names', async () => {
  const options = { tls: 'self-signed', dataDir: dir, host: '127.0.0.1' };
  const first = await loadTls(options);
  expect((await loadTls(options)).fingerprint).toBe(first.fingerprint);
  expect(statSync(join(dir, 'tls.pem')).mode & 0o077).toBe(0);
  const certificate = new X509Certificate(first.cert);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
});

test('a PEM file of the operator’s is taken; one that lacks the key, or is none, is named', async () => {
  const pem = readFileSync(join(dir, 'tls.pem'), 'utf8');
  const load = (name: string, text: string) => {
    const tls = join(dir, name);
    writeFileSync(tls, text);
    return loadTls({ tls, dataDir: dir, host: '127.0.0.1' });
  };
  expect((await load('good.pem', pem)).fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  await expect(load('half.pem', pem.slice(0, pem.indexOf('-----BEGIN PRIVATE KEY')))).rejects.toThrow(
    TlsError,
  );
  await expect(load('text.pem', 'no certificate')).rejects.toThrow(
    /certificate \(chain\) and its private key/,
  );
  const missing = loadTls({ tls: join(dir, 'none.pem'), dataDir: dir, host: '127.0.0.1' });
  await expect(missing).rejects.toThrow(/cannot be read \(ENOENT\)/);
});

test('TLS=self-signed serves https and prints the fingerprint', async () => {
  const server = await startFacewireProcess({
    environment: { TLS: 'self-signed', WORKERS: '0', LOG_LEVEL: 'warn' },
  });
  try {
    expect(server.url).toMatch(/^https:\/\/localhost:/);
    const fingerprint = await new Promise<string>((done, fail) => {
      get(`${server.url}/healthz`, { rejectUnauthorized: false }, (response) => {
        expect(response.statusCode).toBe(200);
        done((response.socket as TLSSocket).getPeerCertificate().fingerprint256);
        response.resume();
      }).on('error', fail);
    });
    expect(server.log()).toContain(fingerprint);
  } finally {
    await server.stop();
  }
}, 60_000);
