/**
 * Whether a page that this server has served sends the request: its `Origin` names the host that it was sent to,
 * or the public address. Browsers add `Origin` to every write and to every WebSocket handshake.
 */
export function isOwnOrigin(request: {
  origin: string | undefined;
  host: string | undefined;
  publicUrl: string;
}): boolean {
  const { origin, host, publicUrl } = request;
  if (!origin || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === new URL(publicUrl).origin || (host !== undefined && url.host === host.toLowerCase());
}
