/** Two gateways with books of their own and one Redis between them: a key's limits are one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { RedisRevocations } from '../../src/accounts/keys/revocations/redis.ts';
import { RedisLink } from '../../src/accounts/redis/link.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../src/accounts/redis/redis-server.fixture.ts';
import { anthropicMessage, openaiCompletion } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { type MintedKey } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream, type Exchange } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;

describe.skipIf(!HAS_REDIS).each(['local', 'closed'] as const)(
  'two gateways and a Redis, on_failure: %s',
  (onFailure) => {
    const scratch = scratchDirectory();
    let redis: RedisServer;
    let upstream: ScriptedUpstream;
    let nodes: RunningProgram[];
    let urls: string[];
    let flags: string[];
    let waiting: Exchange[];

    beforeAll(async () => {
      redis = await startRedis();
      upstream = await ScriptedUpstream.start();
      for (const shape of SHAPES) {
        const answer = (exchange: Exchange) =>
          exchange.json(200, shape === 'openai' ? openaiCompletion() : anthropicMessage());
        upstream.on(shape, answer);
        upstream.on(`${shape}-waits`, async (exchange) => {
          waiting.push(exchange);
          await exchange.stall();
        });
      }
      const config = scratch.file('config.json');
      const names = SHAPES.flatMap((shape) => [shape, `${shape}-waits`]);
      writeFileSync(
        config,
        JSON.stringify({
          redis: redis.url,
          // A machine with other work to do is late now and then.
          limits: { on_failure: onFailure, timeout: '1s' },
          retry: { attempts: 1 },
          providers: { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') },
          models: Object.fromEntries(
            names.map((name) => [name, { targets: [{ provider: name.split('-')[0], model: name }] }]),
          ),
        }),
        { mode: 0o600 },
      );
      const dataDir = scratch.file('data');
      flags = ['--config', config, '--data-dir', dataDir];
      // Both on one directory, for the keys; what is limited is counted in Redis alone.
      const ports = await freePorts(4);
      nodes = [0, 1].map((at) =>
        startProgram(['serve', ...flags, '--listen', `127.0.0.1:${ports[at]}`], {
          env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${ports[2 + at]}` },
        }),
      );
      urls = await Promise.all(nodes.map((node) => node.listening()));
      for (const node of nodes) await node.said(/kept answers are shared/);
    });
    beforeEach(() => {
      waiting = [];
    });
    afterEach(async () => {
      for (const exchange of waiting) exchange.reset();
    });
    afterAll(async () => {
      for (const node of nodes ?? []) await node.close();
      await redis?.kill();
      await upstream?.stop();
      scratch.remove();
    });

    async function mint(...more: string[]): Promise<MintedKey> {
      const made = await runProgram(['keys', 'create', '--name', 'shared', '--json', ...more, ...flags]);
      return JSON.parse(made.stdout) as MintedKey;
    }

    async function ask(node: number, { key }: MintedKey, shape: ClientShape): Promise<Response> {
      const response = await post({ url: urls[node] as string, key }, shape, requestBody(shape, shape));
      await response.bytes();
      return response;
    }

    const statusOf = async (node: number, key: MintedKey, shape: ClientShape = 'openai') =>
      (await ask(node, key, shape)).status;

    /** How many of `count` requests pass, a few at a time, at both nodes and in both shapes. */
    async function passed(key: MintedKey, count: number): Promise<number> {
      let left = count;
      let sum = 0;
      const client = async (node: number) => {
        while (left-- > 0) if ((await statusOf(node, key, SHAPES[left % 2])) === 200) sum++;
      };
      await Promise.all([0, 1, 0, 1].map(client));
      return sum;
    }

    /**
     * Where an answer of Redis takes more than 50 ms, as on a busy machine it may, that one request is counted by its
     * node alone, or refused; so this is tried again with another key.
     */
    async function expectShared(limit: number): Promise<MintedKey> {
      const seen: number[] = [];
      for (let tries = 0; tries < 5; tries++) {
        const key = await mint('--rpm', String(limit));
        const sum = await passed(key, 3 * limit);
        if (sum >= limit && sum <= limit + 1) return key;
        seen.push(sum);
        await Bun.sleep(200);
      }
      throw new Error(`of ${limit} requests a minute at two nodes passed: ${seen.join(', ')}`);
    }

    /** Takes a place and keeps it. */
    async function hold(node: number, { key }: MintedKey): Promise<void> {
      const before = waiting.length;
      post({ url: urls[node] as string, key }, 'openai', requestBody('openai', 'openai-waits')).catch(() => undefined);
      for (let tries = 0; tries < 200 && waiting.length === before; tries++) await Bun.sleep(10);
      expect(waiting.length).toBe(before + 1);
    }

    test('share requests a minute', async () => {
      const key = await expectShared(20);
      for (const node of [0, 1]) {
        const denied = await ask(node, key, 'anthropic');
        expect([denied.status, denied.headers.get('anthropic-ratelimit-requests-remaining')]).toEqual([429, '0']);
      }
    });

    test('share concurrency', async () => {
      const key = await mint('--concurrency', '3');
      await hold(0, key);
      await hold(1, key);
      await hold(0, key);
      for (const node of [0, 1]) {
        let status = 0;
        // The same of one that is late.
        for (let tries = 0; tries < 5 && status !== 429; tries++) status = await statusOf(node, key, 'anthropic');
        expect(status).toBe(429);
      }
      waiting[1]?.reset();
      let status = 0;
      for (let tries = 0; tries < 100 && status !== 200; tries++) status = await statusOf(tries % 2, key);
      expect(status).toBe(200);
    });

    test('fault 60: a Redis that halts mid-way, and one that is killed: what is configured holds, nobody waits', async () => {
      for (const how of ['halts', 'dies'] as const) {
        const key = await mint('--rpm', '10', '--concurrency', '4');
        const free = await mint();
        await hold(0, key);
        expect(await passed(key, 2)).toBe(2);
        if (how === 'halts') redis.freeze();
        else await redis.kill();
        try {
          const beganMs = performance.now();
          const first = await Promise.all([ask(0, key, 'openai'), ask(1, key, 'anthropic')]);
          // A second until it is given up; the rest is what a busy machine may take.
          expect(performance.now() - beganMs).toBeLessThan(10_000);
          if (onFailure === 'closed') {
            for (const one of first) {
              expect([one.status, one.headers.has('retry-after')]).toEqual([503, true]);
            }
          } else {
            for (const one of first) expect(one.status).toBe(200);
            // Each by itself, and no more than its own: the place that is held at the first counts there.
            const statuses = await Promise.all(
              Array.from({ length: 60 }, (_, at) => statusOf(at % 2, key, SHAPES[(at >> 1) % 2])),
            );
            expect(statuses.filter((status) => status === 200).length).toBeWithin(2, 21);
          }
          // Whoever has no limits has nothing to ask Redis for.
          expect([await statusOf(0, free), await statusOf(1, free)]).toEqual([200, 200]);
        } finally {
          if (how === 'halts') redis.thaw();
          else await redis.restart();
        }
        for (const one of waiting) one.reset();
        // It is of use again, so that the two share once more.
        for (
          let tries = 0;
          tries < 80 && !nodes.every((node) => /kept answers are shared/.test(lastNotice(node)));
          tries++
        ) {
          await Bun.sleep(100);
        }
        await expectShared(8);
      }
    });

    function lastNotice(node: RunningProgram): string {
      const notices = node.logLines().map((line) => String(line['msg']));
      return notices.filter((text) => /Redis is of/.test(text)).at(-1) ?? '';
    }

    test('who revokes or changes a key tells all nodes', async () => {
      const link = new RedisLink({ url: redis.url, timeoutMs: 1000 });
      const revocations = new RedisRevocations({ url: redis.url, link, pollMs: 100 });
      const heard: string[] = [];
      revocations.subscribe((keyId) => heard.push(keyId));
      await link.tried();
      try {
        for (const change of [['revoke'], ['set', '--rpm', '5'], ['rotate']] as const) {
          const made = await runProgram(['keys', 'create', '--name', 't', '--json', ...flags]);
          const { id } = JSON.parse(made.stdout) as MintedKey;
          const [verb, ...rest] = change;
          const { code, stderr } = await runProgram(['keys', verb, id, ...rest, ...flags]);
          expect([code, stderr]).toEqual([0, '']);
          for (let tries = 0; !heard.includes(id) && tries < 200; tries++) await Bun.sleep(20);
          expect(heard).toContain(id);
        }
      } finally {
        await revocations.close();
        link.close();
      }
    });
  },
);
