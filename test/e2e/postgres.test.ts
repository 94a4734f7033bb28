import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { type RunningProgram, runProgram, scratchDirectory, startProgram } from '../support/program.ts';

const isSkipped = skipWithoutPostgres('the program on PostgreSQL');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres();
}, 60_000);
const scratch = scratchDirectory();
const running: RunningProgram[] = [];
afterAll(async () => {
  for (const node of running) await node.close();
  await server?.remove();
  scratch.remove();
});

/** Each node has a data directory of its own, and the database in common. */
function nodeOf(url: string, name: string) {
  const env = { TOKENHARBOR_DATABASE_URL: url };
  const flags = ['--data-dir', scratch.file(name)];
  return {
    run: (...args: string[]) => runProgram([...flags, ...args], { env }),
    serve() {
      const node = startProgram([...flags, 'serve', '--listen', '127.0.0.1:0'], { env });
      running.push(node);
      return node;
    },
  };
}

async function ask(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tokenharbor/demo', messages: [{ role: 'user', content: 'hi' }] }),
  });
  await response.text();
  return response.status;
}

async function untilIs(status: number, url: string, key: string): Promise<number> {
  const began = performance.now();
  while ((await ask(url, key)) !== status) {
    if (performance.now() - began > 20_000) throw new Error(`it never answered ${status}`);
    await Bun.sleep(20);
  }
  return performance.now() - began;
}

describe.skipIf(isSkipped)('two nodes on one PostgreSQL', () => {
  test('share keys and the bill; a revoked key is refused at both; an outage is a 503 and passes, and none keeps a server from stopping', async () => {
    const url = server.urlOf(await server.createDatabase());
    const [one, other] = [nodeOf(url, 'one'), nodeOf(url, 'other')];
    // Both make the tables at once.
    const nodes = [one.serve(), other.serve()];
    const urls = await Promise.all(nodes.map((node) => node.listening()));
    const [first = '', second = ''] = urls;
    const made = JSON.parse((await one.run('keys', 'create', '--name', 'a', '--json')).stdout) as {
      readonly id: string;
      readonly key: string;
    };
    for (const node of urls) expect(await ask(node, made.key)).toBe(200);

    await server.stop('immediate');
    // What is known of the key lives half a second.
    await untilIs(503, first, made.key);
    await server.start();
    await untilIs(200, first, made.key);
    await untilIs(200, second, made.key);

    expect((await other.run('keys', 'revoke', made.id)).code).toBe(0);
    for (const node of urls) expect(await untilIs(401, node, made.key)).toBeLessThan(5000);
    nodes[0]?.signal('SIGTERM');
    expect(await nodes[0]?.exited).toBe(0);
    // Nor does an outage keep a server from stopping.
    await server.stop('immediate');
    nodes[1]?.signal('SIGTERM');
    expect(await nodes[1]?.exited).toBe(0);
    await server.start();
    const usage = JSON.parse((await one.run('usage', '--json')).stdout) as { readonly total: { requests: number } };
    expect(usage.total.requests).toBeGreaterThanOrEqual(4);
    expect(await other.run('ledger', 'verify', '--quiet')).toMatchObject({ code: 0, stderr: '' });
  }, 90_000);

  test('every verb says what is wrong with the database, shows no password, and exits with 69', async () => {
    const { run } = nodeOf('postgres://me:s3cr3t@127.0.0.1:1/books', 'none');
    const verbs = [['serve'], ['keys', 'list'], ['accounts', 'list'], ['usage'], ['bill', '--month', '2026-03']];
    for (const verb of [...verbs, ['ledger', 'verify']]) {
      const { code, stdout, stderr } = await run(...verb);
      expect({ verb, code, stdout }).toEqual({ verb, code: 69, stdout: '' });
      expect(stderr).toMatch(/postgres:\/\/me@127\.0\.0\.1:1\/books: .*ECONNREFUSED.*Check that the server runs/);
      expect(stderr).not.toContain('s3cr3t');
    }
  }, 60_000);

  test('backup and restore are left to what PostgreSQL has for it', async () => {
    const { run } = nodeOf('postgres://me:s3cr3t@127.0.0.1:1/books', 'none');
    for (const [verb, tool] of [
      [['backup', '--out', scratch.file('copy')], 'pg_dump'],
      [['restore', scratch.file('copy')], 'pg_restore'],
    ] as const) {
      const { code, stderr } = await run(...verb);
      expect(code).toBe(2);
      expect(stderr).toContain(tool);
      expect(stderr).not.toContain('s3cr3t');
    }
  });
});
