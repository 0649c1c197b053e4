import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';

/** The folder of `mosquitto`: on the PATH, or where Debian puts it. */
export function findMosquitto(): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].find((folder) =>
    existsSync(join(folder, 'mosquitto')),
  );
}

/** A broker of one test on the loopback, which asks for a password and keeps nothing on disk. */
export type TestBroker = {
  /** With the login that it takes. */
  url: string;
  /** Ends it as a crash would. What was retained is lost. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startTestBroker(bin: string): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'facewire-mqtt-'));
  const port = await freePort();
  const passwords = join(folder, 'passwords');
  await writeFile(passwords, 'facewire:p@ss word\n', { mode: 0o600 });
  execFileSync('mosquitto_passwd', ['-U', passwords]);
  const config = join(folder, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${passwords}`,
      'persistence false',
      'log_type all',
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ].join('\n'),
  );
  let broker: ChildProcess | undefined;
  const kill = async () => {
    if (!broker) return;
    const gone = new Promise((done) => broker?.once('exit', done));
    broker.kill('SIGKILL');
    await gone;
    broker = undefined;
  };
  const restart = async () => {
    await kill();
    broker = await launch(join(bin, 'mosquitto'), config);
  };
  await restart();
  return {
    url: `mqtt://facewire:p%40ss%20word@127.0.0.1:${port}`,
    kill,
    restart,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(program: string, config: string): Promise<ChildProcess> {
  const broker = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((ready, fail) => {
    let log = '';
    broker.once('error', fail);
    broker.once('exit', (code) => fail(new Error(`mosquitto ended at once (${code}): ${log}`)));
    broker.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-5000);
      if (/mosquitto version .* running/.test(log)) ready();
    });
  });
  broker.removeAllListeners('exit');
  return broker;
}
