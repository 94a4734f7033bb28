/** The program and a service manager's socket: what is told when, as systemd would hear it. */
import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { listenForNotifications, monotonicUs, type NotifySocket } from '../support/notify-socket.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('skipped: there is no systemd but on Linux');

const isSkipped = skipWithoutPostgres('a service manager and PostgreSQL');

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

let program: RunningProgram | undefined;
let socket: NotifySocket | undefined;
afterEach(async () => {
  await program?.close();
  socket?.close();
  socket = undefined;
});

const CONFIG = 'providers: { demo: { preset: demo } }\n';

function start(name: string, env: Readonly<Record<string, string>> = {}, ...flags: string[]): NotifySocket {
  const heard = listenForNotifications(name.startsWith('@') ? name : scratch.file(name));
  socket = heard;
  const config = scratch.file('th.yaml');
  writeFileSync(config, CONFIG);
  const args = ['serve', '--config', config, '--data-dir', scratch.file(`${name}-data`), '--listen', '127.0.0.1:0'];
  program = startProgram([...args, ...flags], {
    cwd: scratch.path,
    env: { NOTIFY_SOCKET: heard.name, ...env },
  });
  return heard;
}

describe.if(isLinux)('under a service manager', () => {
  test.each(['told', `@tokenharbor-e2e-${process.pid}`])('start, reloads and stop (%s)', async (name) => {
    const heard = start(name, {}, '--drain-timeout', '7s');
    const { STATUS } = await heard.got(({ READY }) => READY === '1');
    expect(STATUS).toBe(`listening on ${await program?.listening()}`);

    const before = monotonicUs();
    program?.signal('SIGHUP');
    const reload = await heard.got(({ RELOADING }) => RELOADING === '1');
    expect(Number(reload['MONOTONIC_USEC'])).toBeWithin(before, monotonicUs() + 1);
    while (heard.messages().length < 3) await Bun.sleep(5);
    expect(heard.messages()[2]).toEqual({ READY: '1', STATUS: String(STATUS) });

    writeFileSync(scratch.file('th.yaml'), 'frob: 1\n');
    program?.signal('SIGHUP');
    await heard.got((message) => message['READY'] === '1' && /the file has errors/.test(message['STATUS'] ?? ''));

    program?.signal('SIGTERM');
    const stop = await heard.got(({ STOPPING }) => STOPPING === '1');
    expect(Number(stop['EXTEND_TIMEOUT_USEC'])).toBe(22_000_000);
    expect(await program?.exited).toBe(0);
    expect(heard.messages()).toHaveLength(6);
  });

  test('the watchdog is fed while the event loop runs, and not while it stands', async () => {
    const heard = start('watched', { WATCHDOG_USEC: '200000' });
    const fed = () => heard.messages().filter(({ WATCHDOG }) => WATCHDOG === '1').length;
    while (fed() < 3) await Bun.sleep(5);
    program?.signal('SIGSTOP');
    await Bun.sleep(50);
    const before = fed();
    await Bun.sleep(500);
    expect(fed()).toBe(before);
    program?.signal('SIGCONT');
    while (fed() === before) await Bun.sleep(5);
  });

  test.if(!isSkipped)('a database of another machine that is away does not end the server', async () => {
    const server = await startPostgres();
    try {
      const env = { WATCHDOG_USEC: '1000000', TOKENHARBOR_DATABASE_URL: server.urlOf(await server.createDatabase()) };
      const heard = start('postgres', env);
      const fed = () => heard.messages().filter(({ WATCHDOG }) => WATCHDOG === '1').length;
      while (fed() < 1) await Bun.sleep(5);
      await server.stop('immediate');
      await program?.said(/the key store cannot be read/);
      const before = fed();
      while (fed() < before + 2) await Bun.sleep(5);
    } finally {
      await program?.close();
      await server.remove();
    }
  });

  test('a socket that cannot be told anything is an error in the log, and nothing more', async () => {
    const config = scratch.file('th.yaml');
    writeFileSync(config, CONFIG);
    program = startProgram(
      ['serve', '--config', config, '--data-dir', scratch.file('deaf'), '--listen', '127.0.0.1:0'],
      { cwd: scratch.path, env: { NOTIFY_SOCKET: 'vsock:2:1234' } },
    );
    await program.listening();
    const told = program.logLines().filter(({ msg }) => String(msg).startsWith('NOTIFY_SOCKET is set, but'));
    expect(told.map(({ level }) => level)).toEqual([50]);
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});
