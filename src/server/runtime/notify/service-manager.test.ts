import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForNotifications, monotonicUs, type NotifySocket } from '../../../../test/support/notify-socket.ts';
import { connectServiceManager } from './service-manager.ts';

const hasLinux = process.platform === 'linux';
if (!hasLinux) console.warn('skipped: there is no systemd but on Linux');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let socket: NotifySocket | undefined;
afterEach(() => {
  socket?.close();
  socket = undefined;
});

async function connect(env: Readonly<Record<string, string>>, isHealthy = async () => true) {
  const problems: string[] = [];
  const manager = await connectServiceManager({ env, isHealthy, onProblem: (what) => problems.push(what) });
  return { manager, problems };
}

describe.if(hasLinux)('with a service manager', () => {
  test.each([
    ['a path', () => join(directory, 'notify')],
    ['an abstract name', () => `@tokenharbor-test-${process.pid}`],
  ])('start, reload and stop are told at %s', async (_, name) => {
    socket = listenForNotifications(name());
    const { manager, problems } = await connect({ NOTIFY_SOCKET: socket.name });
    const before = monotonicUs();
    manager.reloading();
    manager.reloaded('');
    manager.ready('listening on X');
    manager.reloading();
    manager.reloaded('the file has errors');
    manager.stopping('draining', 30_000);
    manager.reloading();
    manager.reloaded('');
    const time = Number(socket.messages()[1]?.['MONOTONIC_USEC']);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(monotonicUs());
    expect(socket.messages()).toEqual([
      { READY: '1', STATUS: 'listening on X' },
      { RELOADING: '1', MONOTONIC_USEC: String(time), STATUS: 'reading the configuration again' },
      { READY: '1', STATUS: 'listening on X; the file has errors' },
      { STOPPING: '1', EXTEND_TIMEOUT_USEC: '45000000', STATUS: 'draining' },
    ]);
    expect(problems).toEqual([]);
  });

  test('the watchdog is fed from the start to the end, and only while the process is healthy', async () => {
    socket = listenForNotifications(join(directory, 'watched'));
    const fed = () => socket?.messages().filter((message) => message['WATCHDOG'] === '1').length ?? 0;
    let healthy = true;
    const env = { NOTIFY_SOCKET: socket.name, WATCHDOG_USEC: '40000', WATCHDOG_PID: String(process.pid) };
    const { manager, problems } = await connect(env, async () => healthy);
    await Bun.sleep(60);
    expect(fed()).toBe(0);
    manager.ready('listening');
    while (fed() < 3) await Bun.sleep(5);
    healthy = false;
    await socket.got(({ STATUS }) => STATUS === 'the store does not answer');
    const before = fed();
    await Bun.sleep(100);
    expect(fed()).toBe(before);
    expect(problems).toEqual(['the store does not answer: the watchdog is not fed until it does']);
    healthy = true;
    while (fed() === before) await Bun.sleep(5);
    expect(socket.messages().findLast((message) => message['STATUS'] !== undefined)).toEqual({ STATUS: 'listening' });
    manager.stopping('draining', 0);
    const draining = fed();
    while (fed() === draining) await Bun.sleep(5);
    manager.stopped();
    const stopped = fed();
    await Bun.sleep(100);
    expect(fed()).toBe(stopped);
  });

  test("another process's watchdog is not ours to feed", async () => {
    socket = listenForNotifications(join(directory, 'other'));
    const { manager } = await connect({ NOTIFY_SOCKET: socket.name, WATCHDOG_USEC: '20000', WATCHDOG_PID: '1' });
    manager.ready('listening');
    await Bun.sleep(80);
    expect(socket.messages()).toHaveLength(1);
  });
});

test('without one nothing is said, and no library is opened', async () => {
  const openLibC = () => Promise.reject(new Error('opened'));
  const problems: string[] = [];
  const onProblem = (what: string) => problems.push(what);
  const manager = await connectServiceManager({ env: {}, isHealthy: async () => true, onProblem, openLibC });
  manager.ready('listening');
  manager.stopping('draining', 0);
  manager.stopped();
  expect(problems).toEqual([]);
});

test('one that cannot be reached is a problem that is told, and the program goes on', async () => {
  const onNowhere = await connect({ NOTIFY_SOCKET: 'vsock:2:1' });
  expect(onNowhere.problems).toEqual([expect.stringContaining('it names no Unix socket')]);
  onNowhere.manager.ready('listening');
  const problems: string[] = [];
  const manager = await connectServiceManager({
    env: { NOTIFY_SOCKET: '/run/notify' },
    isHealthy: async () => true,
    onProblem: (what) => problems.push(what),
    openLibC: () => Promise.reject(new Error('no library here')),
  });
  manager.ready('listening');
  expect(problems).toEqual([expect.stringContaining('no library here')]);
});
