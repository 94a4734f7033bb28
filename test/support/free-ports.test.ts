import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePorts, freePortsInARow } from './free-ports.ts';

const MODULE = JSON.stringify(`${import.meta.dir}/free-ports.ts`);

/** Another process that asks for `count` ports and keeps them until it is ended. */
async function askElsewhere(count: number): Promise<{ readonly ports: number[]; end(): Promise<unknown> }> {
  const code = `const { freePorts } = await import(${MODULE});
    console.log(JSON.stringify(await freePorts(${count}))); setTimeout(() => undefined, 60_000);`;
  const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' });
  const { value } = await child.stdout.getReader().read();
  const end = () => {
    child.kill();
    return child.exited;
  };
  return { ports: JSON.parse(new TextDecoder().decode(value)) as number[], end };
}

test('no port is handed out twice, not by other processes either', async () => {
  const others = await Promise.all([askElsewhere(200), askElsewhere(200), askElsewhere(200)]);
  const own = await freePorts(200);
  const all = [...own, ...others.flatMap(({ ports }) => ports)];
  expect(new Set(all).size).toBe(800);
  await Promise.all(others.map(({ end }) => end()));
}, 60_000);

test.skipIf(process.platform !== 'linux')('the system gives none of them to who asks for any', async () => {
  const [lowest = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  for (const port of await freePorts(50)) expect(port).toBeLessThan(lowest);
});

test('one that somebody listens on is passed over', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer();
  await new Promise<void>((done) => {
    // Then it is somebody else who listens there.
    server.once('error', () => done());
    server.listen(port + 1, '127.0.0.1', done);
  });
  const [first = 0, second = 0] = await freePortsInARow(2);
  expect([first, second]).not.toContain(port + 1);
  expect(second).toBe(first + 1);
  server.close();
});
