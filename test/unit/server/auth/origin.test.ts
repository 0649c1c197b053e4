import { describe, expect, it } from 'vitest';
import { loginLink } from '../../../../server/auth/links.ts';
import { isOwnOrigin } from '../../../../server/auth/origin.ts';

describe('isOwnOrigin', () => {
  const publicUrl = 'https://faces.example.org/';
  it.each([
    ['the host that was asked', 'http://127.0.0.1:8080', '127.0.0.1:8080', true],
    ['the host in capitals', 'http://box.local:8080', 'BOX.local:8080', true],
    ['the public address behind a proxy', 'https://faces.example.org', '10.0.0.7:8080', true],
    ['another host', 'https://evil.example', '127.0.0.1:8080', false],
    ['another port of the host', 'http://127.0.0.1:9999', '127.0.0.1:8080', false],
    ['the public address over http', 'http://faces.example.org', '10.0.0.7:8080', false],
    ['a name that only begins like it', 'https://faces.example.org.evil.example', '10.0.0.7:8080', false],
    ['a sandboxed page', 'null', '127.0.0.1:8080', false],
    ['no origin', undefined, '127.0.0.1:8080', false],
    ['no host', 'http://127.0.0.1:8080', undefined, false],
  ])('for %s', (_what, origin, host, own) => {
    expect(isOwnOrigin({ origin, host, publicUrl })).toBe(own);
  });
});

describe('loginLink', () => {
  it('carries the code in the fragment, which is sent to no server', () => {
    const url = new URL(loginLink({ publicUrl: 'http://localhost:8080/', role: 'kiosk', code: 'abc' }));
    expect([url.pathname, url.search, url.hash]).toEqual(['/kiosk', '', '#code=abc']);
    expect(loginLink({ publicUrl: 'http://localhost', role: 'admin', code: 'x' })).toBe(
      'http://localhost/console#code=x',
    );
  });
});
