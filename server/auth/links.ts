import type { Role } from '../../protocol/rest.ts';
import { clientOf } from './session-token.ts';

/**
 * The link that logs a browser in. The code is in the fragment: it is sent to no server and stands in no log,
 * until the page redeems it by `POST /auth/code`.
 */
export function loginLink({
  publicUrl,
  role,
  code,
}: {
  publicUrl: string;
  role: Role;
  code: string;
}): string {
  return `${publicUrl.replace(/\/$/, '')}/${clientOf(role)}#code=${code}`;
}
