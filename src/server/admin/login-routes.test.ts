import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openOperatorApp, type OperatorApp } from './operator-app.fixture.ts';

const PASSWORD = 'correct horse battery';

let app: OperatorApp;
beforeEach(() => {
  app = openOperatorApp();
});
afterEach(() => app.close());

describe('a login', () => {
  test('by a link gives a cookie that scripts cannot read, and the token that pages send', async () => {
    const { begun, visit } = await app.browser({ token: await app.link() });
    expect([begun.status, begun.body]).toEqual([
      200,
      {
        operator: 'ada',
        csrf: expect.stringMatching(/^[\w-]{43}$/),
        has_password: false,
        expires_at: expect.any(String),
      },
    ]);
    expect(begun.headers.get('set-cookie')).toMatch(
      /^th_session=ths_[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    const session = await visit('GET', '/api/session');
    expect(session.body).toEqual({
      ...begun.body,
      version: '1.2.3',
      clients_url: 'http://127.0.0.1:8787',
      read_only: false,
    });
    expect(session.headers.get('cache-control')).toBe('no-store');
    expect(app.told).toEqual(['operator ada logged in by a link']);
  });

  test('from a page that came by TLS has its cookie go that way alone', async () => {
    const secure = { origin: 'https://localhost:8788' };
    const begun = await app.ask('POST', '/api/login', secure, { token: await app.link() });
    expect(begun.headers.get('set-cookie')).toEndWith('; SameSite=Strict; Secure');
  });

  test('a link is spent by the POST alone, and once', async () => {
    const token = await app.link();
    for (const [path, status] of [
      [`/api/login?token=${token}`, 405],
      [`/?token=${token}`, 200],
    ] as const) {
      expect((await app.ask('GET', path)).status).toBe(status);
    }
    expect((await app.browser({ token })).begun.status).toBe(200);
    const again = await app.browser({ token });
    expect([again.begun.status, again.begun.body.error.code]).toEqual([401, 'authentication_failed']);
    expect(again.begun.headers.get('set-cookie')).toBeNull();
  });

  test('that fails is told in the same words whatever was wrong', async () => {
    await app.link('bob');
    const tries = [{ token: 'x' }, { operator: 'nobody', password: 'x' }, { operator: 'bob', password: 'x' }];
    const answers = [];
    for (const proof of tries) answers.push((await app.browser(proof)).begun);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    // Neither a name, which may be a password in the wrong field, nor anything else that was typed.
    expect(app.told).toEqual(Array.from({ length: 3 }, () => 'a login of an operator failed'));
  });

  test('after five that failed has to wait, and is told how long', async () => {
    for (let i = 0; i < 6; i++) await app.browser({ token: 'x' });
    const slowed = (await app.browser({ token: 'x' })).begun;
    expect([slowed.status, slowed.body.error.code, slowed.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '2',
    ]);
  });

  test('says what is missing, and that a link stands for itself', async () => {
    const paramOf = async (proof: Record<string, string>) => (await app.browser(proof)).begun.body.error.param;
    expect(await paramOf({})).toBe('operator');
    expect(await paramOf({ operator: 'ada' })).toBe('password');
    expect(await paramOf({ token: 'x', operator: 'ada' })).toBe('token');
    expect(await paramOf({ operator: 'ada', password: 'x', remember: 'yes' })).toBe('remember');
  });

  test('is not asked for by a page of elsewhere', async () => {
    const token = await app.link();
    for (const headers of [{ origin: 'http://localhost:3000' }, { 'sec-fetch-site': 'same-site' }] as Record<
      string,
      string
    >[]) {
      expect((await app.ask('POST', '/api/login', headers, { token })).status).toBe(403);
    }
    expect((await app.browser({ token })).begun.status).toBe(200);
  });
});

describe('a session', () => {
  test('ends at a logout, whoever has kept its cookie', async () => {
    const { visit } = await app.browser({ token: await app.link() });
    const out = await visit('POST', '/api/logout');
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      'th_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    for (const [method, path] of [
      ['GET', '/api/session'],
      ['POST', '/api/logout'],
      ['GET', '/api/keys'],
    ] as const) {
      expect([path, (await visit(method, path)).status]).toEqual([path, 401]);
    }
  });

  test('its token is of no other session', async () => {
    const one = await app.browser({ token: await app.link() });
    const other = await app.browser({ token: await app.link() });
    expect(one.begun.body.csrf).not.toBe(other.begun.body.csrf);
    const mixed = await one.visit('POST', '/api/logout', undefined, { 'x-th-csrf': other.begun.body.csrf });
    expect(mixed.status).toBe(403);
    expect((await one.visit('GET', '/api/session')).status).toBe(200);
  });

  test('is not hidden by cookies of its name that other servers of the host have set', async () => {
    const { headers } = await app.browser({ token: await app.link() });
    const stray = `th_session=stray; th_session=ths_${'A'.repeat(43)}; th_session=`;
    const status = async (cookie: string) => (await app.ask('GET', '/api/session', { cookie })).status;
    expect(await status(`${stray}; ${headers.cookie}`)).toBe(200);
    expect(await status(`${headers.cookie}; ${stray}`)).toBe(200);
    expect(await status(`${stray}; th_session=x; ${headers.cookie}`)).toBe(401);
    expect(await status(stray)).toBe(401);
  });

  test('is found among other cookies', async () => {
    const { headers } = await app.browser({ token: await app.link() });
    const cookie = `theme=dark; xth_session=no; ${headers.cookie}; th_session2=no`;
    expect((await app.ask('GET', '/api/session', { cookie })).status).toBe(200);
  });
});

describe('a password', () => {
  test('is set without another by who came by a link, and with it by others', async () => {
    const first = await app.browser({ token: await app.link() });
    const second = await app.browser({ token: await app.link() });
    expect((await first.visit('POST', '/api/password', { password: 'too short' })).body.error.param).toBe('password');
    expect((await first.visit('POST', '/api/password', { password: PASSWORD })).status).toBe(204);
    expect((await first.visit('GET', '/api/session')).body.has_password).toBe(true);
    expect((await second.visit('GET', '/api/session')).status).toBe(401);

    const third = await app.browser({ operator: 'ada', password: PASSWORD });
    expect(third.begun.status).toBe(200);
    const next = { password: 'another password' };
    const refused = await third.visit('POST', '/api/password', next);
    expect([refused.status, refused.body.error.param]).toEqual([403, 'current']);
    expect((await third.visit('POST', '/api/password', { ...next, current: PASSWORD })).status).toBe(204);
    expect((await third.visit('GET', '/api/session')).status).toBe(200);
    expect((await app.browser({ operator: 'ada', password: PASSWORD })).begun.status).toBe(401);
    expect((await app.browser({ operator: 'ada', ...next })).begun.status).toBe(200);
    expect(app.told.join('\n')).not.toMatch(/horse|another password/);
  });
});
