import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What browsers may do with our pages. `wasm-unsafe-eval` is for the detector;
 * COOP and COEP isolate the page, which threads in WebAssembly need.
 */
export function securityHeaders({ publicUrl }: { publicUrl: () => string }): RequestHandler {
  const sameOriginSockets = () => publicUrl().replace(/^http/, 'ws').replace(/\/$/, '');
  const harden = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'", 'blob:', 'data:', sameOriginSockets],
        imgSrc: ["'self'", 'blob:', 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // A self-signed localhost must not bind every other service of that host to https; a proxy may set it.
    strictTransportSecurity: false,
  });
  return (request, response, next) => {
    response.set('Permissions-Policy', 'camera=(self), microphone=(), geolocation=()');
    harden(request, response, next);
  };
}
