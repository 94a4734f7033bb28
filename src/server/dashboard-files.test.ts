import { describe, expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { DashboardFiles } from './dashboard-files.ts';

const ask = (headers: Record<string, string> = {}) => new Request('http://localhost:8788/', { headers });
const bundle = async () => JSON.stringify({ '/': '<!doctype html>', '/app.js': 'go()' });

describe('a page that is built', () => {
  test('is sent with its type and a tag of its content', async () => {
    const files = new DashboardFiles(bundle);
    const script = await files.answer('/app.js', ask());
    expect([script.status, await script.text()]).toEqual([200, 'go()']);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('no-cache');
    expect(script.headers.get('etag')).not.toBe((await files.answer('/', ask())).headers.get('etag'));
  });

  test('is not sent again to a browser that has it', async () => {
    const files = new DashboardFiles(bundle);
    const etag = (await files.answer('/', ask())).headers.get('etag') ?? '';
    const again = await files.answer('/', ask({ 'if-none-match': `"other", ${etag}` }));
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await files.answer('/', ask({ 'if-none-match': '"other"' }))).status).toBe(200);
  });

  test('is read once', async () => {
    let reads = 0;
    const files = new DashboardFiles(() => (reads++, bundle()));
    await Promise.all([files.answer('/', ask()), files.answer('/app.js', ask())]);
    expect(reads).toBe(1);
  });
});

test('a page that is not built says how to build it', async () => {
  const files = new DashboardFiles(() => Promise.reject(new Error('no such file')));
  const page = await files.answer('/', ask());
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('make dashboard')]);
  await expect(files.answer('/app.js', ask())).rejects.toThrow(ApiError);
});
