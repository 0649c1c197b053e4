/** `npm run audit`: verifies the audit log of the running server, and proves that an erased person is gone. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../../config/load.ts';
import { auditVerificationSchema, erasureProofSchema } from '../../protocol/audit.ts';
import { linkToServer, type ServerLink } from '../command/server-link.ts';

const HELP = `npm run audit                 verify the audit log: was an entry changed or taken out?
npm run audit -- prove ID     is this person gone? ID stands on the receipt of the erasure

The server of DATA_DIR must be running. It ends with 1 when the log was changed, or something is left of the person.`;
/** A log of a million entries is verified in well under that. */
const TIMEOUT_MS = 300_000;

/** @returns whether all is well */
async function run(args: readonly string[]): Promise<boolean> {
  const [command = 'verify', id, ...rest] = args;
  if (command === '--help') {
    console.log(HELP);
    return true;
  }
  const dataDir = resolve(loadConfig(process.env).DATA_DIR);
  const server = linkToServer({ dataDir });
  if (!server)
    throw new Error(`No server has run on ${dataDir}. Start it with npm start; DATA_DIR names its folder.`);
  if (command === 'verify' && id === undefined) return verify(server);
  if (command === 'prove' && z.uuid().safeParse(id).success && rest.length === 0)
    return prove(server, String(id));
  throw new Error(`This is not understood: ${args.join(' ')}\n\n${HELP}`);
}

async function verify(server: ServerLink): Promise<boolean> {
  const { intact, entries, firstBroken, head } = await server.ask(auditVerificationSchema, {
    method: 'GET',
    path: '/audit/verification',
    timeoutMs: TIMEOUT_MS,
  });
  console.log(
    intact
      ? `Intact: ${entries} entries, each fits the one before. Last hash: ${head ?? 'none'}`
      : `Entry ${firstBroken} was changed, or one before it is missing.`,
  );
  return intact;
}

async function prove(server: ServerLink, id: string): Promise<boolean> {
  const { gone, erasure, looked } = await server.ask(erasureProofSchema, {
    method: 'GET',
    path: `/audit/erasures/${id}`,
    timeoutMs: TIMEOUT_MS,
  });
  for (const { area, place, found, unknown } of looked) {
    console.log(
      `${area.padEnd(9)} ${place.padEnd(32)} ${unknown ?? (found > 0 ? `${found} found` : 'nothing')}`,
    );
  }
  console.log(
    erasure
      ? `Erased at ${erasure.at} by ${erasure.actor}, entry ${erasure.sequence} of the audit log.`
      : 'The audit log knows of no erasure with this id.',
  );
  console.log(gone ? 'Nothing is left of this person.' : 'Something is left of this person.');
  return gone;
}

try {
  process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
