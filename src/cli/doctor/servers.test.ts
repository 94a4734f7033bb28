/** PostgreSQL and Redis servers of the test's own. */
import { afterAll, describe, expect, test } from 'bun:test';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../test/support/postgres.ts';
import { HAS_REDIS, startRedis } from '../../accounts/redis/redis-server.fixture.ts';
import { checkPostgres } from './postgres.ts';
import { checkRedis } from './redis.ts';

const isSkipped = skipWithoutPostgres('doctor on PostgreSQL');
const server = isSkipped ? (undefined as never as PostgresServer) : await startPostgres();
afterAll(() => server?.remove());

describe.if(!isSkipped)('PostgreSQL', () => {
  test('one that is empty stays so; one with the tables is up to date; one of a newer program is a failure', async () => {
    const empty = await server.createDatabase();
    const tables = "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'tokenharbor'";
    const found = await checkPostgres(server.urlOf(empty));
    expect(found).toMatchObject({ status: 'ok', detail: expect.stringMatching(/is empty, \d+\.\d ms away$/) });
    expect(await server.sql(empty, tables)).toEqual([{ n: '0' }]);
    const made = await server.takeDatabase();
    expect(await checkPostgres(server.urlOf(made))).toMatchObject({ detail: expect.stringContaining('is up to date') });
    await server.sql(made, 'UPDATE tokenharbor.schema_version SET version = 4711');
    expect(await checkPostgres(server.urlOf(made))).toMatchObject({ status: 'fail' });
  });

  test('one that is not there, one that cannot be reached, a URL that is none: no password is shown', async () => {
    const there = new URL(server.urlOf('none'));
    there.password = 'made-up-password';
    for (const url of [
      there.href,
      'postgres://u:made-up-password@127.0.0.1:9/x',
      'postgres://u:made-up-password@h/x?frob=1',
    ]) {
      const found = await checkPostgres(url);
      expect(found.status).toBe('fail');
      expect(JSON.stringify(found)).not.toContain('made-up-password');
    }
  });
});

describe.if(HAS_REDIS)('Redis', () => {
  test('one that stores, and one that is gone', async () => {
    const redis = await startRedis();
    expect(await checkRedis(redis.url)).toMatchObject({ status: 'ok', detail: expect.stringContaining('ms away') });
    await redis.kill();
    const found = await checkRedis(redis.url.replace('redis://', 'redis://:made-up-password@'));
    expect(found).toMatchObject({ status: 'fail', detail: expect.stringContaining('of no use') });
    expect(JSON.stringify(found)).not.toContain('made-up-password');
  });
});
