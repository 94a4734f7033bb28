/** Operators come in by a link or a password, and nobody else does; what would have a browser do it for others is refused. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { freePorts } from '../support/free-ports.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { askAdmin, linkToken, login, openBrowser, originOf } from '../support/operator.ts';

setDefaultTimeout(60_000);

const PASSWORD = 'correct horse battery';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.stop());

const keyCount = async () => {
  const { stdout } = await gateway.run('keys', 'list', '--json');
  return (JSON.parse(stdout) as unknown[]).length;
};

describe('a link', () => {
  test('made beside the running server leads to its page, and lets in once', async () => {
    const { stdout, code } = await gateway.run('admin', 'token', '--operator', 'ada');
    expect(code).toBe(0);
    const [, base, token = ''] = /^ {2}(.+)\/#\/login\?token=(tha_[\w-]{43})$/m.exec(stdout) ?? [];
    expect(base).toBe(originOf(gateway));
    expect(stdout).toContain('lets ada in once');
    const { visit } = await openBrowser(gateway, { token });
    expect((await visit('GET', '/api/session')).body).toMatchObject({ operator: 'ada', has_password: false });
    const again = await login(gateway, { token });
    expect([again.status, again.body.error.code]).toEqual([401, 'authentication_failed']);
    expect(gateway.logs()).not.toContain(token);
  });

  test('that is asked for by many at once lets one of them in', async () => {
    const token = await linkToken(gateway);
    const answers = await Promise.all(Array.from({ length: 4 }, () => login(gateway, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('is over when its time is', async () => {
    const token = await linkToken(gateway, '--expires', '1s');
    await Bun.sleep(1100);
    expect((await login(gateway, { token })).status).toBe(401);
  });
});

describe('a session', () => {
  test('is no forged, changed or foreign cookie', async () => {
    const { cookie } = await openBrowser(gateway, { token: await linkToken(gateway) });
    const changed = cookie.slice(0, -1) + (cookie.endsWith('A') ? 'B' : 'A');
    const forged = [`th_session=ths_${'A'.repeat(43)}`, 'th_session=', `th_session=${gateway.key}`, changed];
    for (const one of forged) {
      expect([one, (await askAdmin(gateway, 'GET', '/api/session', { cookie: one })).status]).toEqual([one, 401]);
    }
    expect((await askAdmin(gateway, 'GET', '/api/session', { cookie })).status).toBe(200);
  });

  test('changes nothing without the token, the origin or the address of the page', async () => {
    const { visit } = await openBrowser(gateway, { token: await linkToken(gateway) });
    const before = await keyCount();
    const refused: Record<string, string>[] = [
      { 'x-th-csrf': '' },
      { 'x-th-csrf': 'x'.repeat(43) },
      { origin: '', 'sec-fetch-site': '' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${gateway.port}` },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example' },
      // A form of another page can send no other types, and no headers.
      { 'content-type': 'application/x-www-form-urlencoded', 'x-th-csrf': '' },
    ];
    for (const headers of refused) {
      expect([headers, (await visit('POST', '/api/keys', { name: 'stolen' }, headers)).status]).toEqual([headers, 403]);
    }
    expect((await visit('GET', '/api/keys/create?name=stolen')).status).toBe(404);
    expect((await visit('GET', '/api/logout')).status).toBe(405);
    expect(await keyCount()).toBe(before);
    expect((await visit('POST', '/api/keys', { name: 'wanted' })).status).toBe(201);
    expect(await keyCount()).toBe(before + 1);
  });

  test('is over for good at a logout, for whoever has kept its cookie', async () => {
    const { visit } = await openBrowser(gateway, { token: await linkToken(gateway) });
    expect((await visit('POST', '/api/logout')).status).toBe(204);
    expect((await visit('GET', '/api/session')).status).toBe(401);
    expect((await visit('POST', '/api/keys', { name: 'replayed' })).status).toBe(401);
  });

  test('is none at the data listener, and a key is none at this one', async () => {
    const { cookie, csrf } = await openBrowser(gateway, { token: await linkToken(gateway) });
    const secret = cookie.slice(cookie.indexOf('=') + 1);
    const shown: Record<string, string>[] = [
      { cookie, 'x-th-csrf': csrf },
      { authorization: `Bearer ${secret}` },
      { 'x-api-key': secret },
    ];
    for (const headers of shown) {
      for (const path of ['/v1/models', '/v1/usage', '/api/keys', '/api/session', '/metrics']) {
        const { status } = await fetch(gateway.url + path, { headers });
        expect([path, status]).toEqual([path, path.startsWith('/v1/') ? 401 : 404]);
      }
    }
    for (const headers of [{ authorization: `Bearer ${gateway.key}` }, { 'x-api-key': gateway.key }] as Record<
      string,
      string
    >[]) {
      expect((await askAdmin(gateway, 'GET', '/api/keys', headers)).status).toBe(401);
    }
  });
});

test('what anybody may see is little, and every answer forbids what a page does not need', async () => {
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json']) {
    expect([path, (await askAdmin(gateway, 'GET', path)).status]).toEqual([path, 200]);
  }
  const policy = "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
  for (const path of ['/livez', '/api/session', '/none']) {
    const { headers } = await askAdmin(gateway, 'GET', path);
    expect([path, headers.get('content-security-policy')]).toEqual([path, policy]);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

describe('a password', () => {
  test('lets in until it is another one, which ends every other session', async () => {
    const first = await openBrowser(gateway, { token: await linkToken(gateway, '--operator', 'grace') });
    expect((await first.visit('POST', '/api/password', { password: PASSWORD })).status).toBe(204);
    const second = await openBrowser(gateway, { operator: 'grace', password: PASSWORD });
    expect((await first.visit('GET', '/api/session')).body.has_password).toBe(true);
    const change = (current: string) =>
      second.visit('POST', '/api/password', { password: 'another password', current });
    expect((await change('not the one')).status).toBe(403);
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await first.visit('GET', '/api/session')).status).toBe(401);
    expect((await second.visit('GET', '/api/session')).status).toBe(200);
    expect((await login(gateway, { operator: 'grace', password: PASSWORD })).status).toBe(401);
    expect((await login(gateway, { operator: 'grace', password: 'another password' })).status).toBe(200);
    expect(gateway.logs()).not.toContain(PASSWORD);
    expect(gateway.logs()).toContain('operator grace has a new password');
  });

  test('is not guessed at leisure, whether there is one or not; a link still lets in', async () => {
    const other = await startGateway();
    try {
      const tries = [];
      for (let i = 0; i < 6; i++) tries.push(await login(other, { operator: 'nobody', password: `guess ${i}` }));
      expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
      expect(tries[5]?.body.error.code).toBe('rate_limited');
      expect(Number(tries[5]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await login(other, { token: await linkToken(other) })).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

test('a link may name the address that the browser knows, and is made where no server runs', async () => {
  const scratch = scratchDirectory();
  const args = ['--data-dir', scratch.path];
  const [port = 0, adminPort = 0] = await freePorts(2);
  const env = { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${adminPort}` };
  const made = await runProgram(['admin', 'token', '--quiet', '--url', 'https://harbor.example/th/', ...args], { env });
  const [, token = ''] = /^https:\/\/harbor\.example\/th\/#\/login\?token=(\S+)\n$/.exec(made.stdout) ?? [];
  const start = async () => {
    const program = startProgram(['serve', '--listen', `127.0.0.1:${port}`, ...args], { env });
    await program.listening();
    return program;
  };
  const stop = async (program: RunningProgram) => {
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
  };
  const first = await start();
  const { visit } = await openBrowser({ adminPort }, { token });
  await stop(first);
  // Whoever was let in stays so while the server starts again.
  const second = await start();
  expect((await visit('GET', '/api/session')).status).toBe(200);
  await stop(second);
  scratch.remove();
});
