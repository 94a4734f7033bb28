/**
 * One of three targets dead, one slow, under load. What counts here is told, not judged: how long the first byte takes
 * beside a run in which all is well, and how soon the dead one is back after it is mended. Judged is that nobody is
 * refused once the breaker has opened.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openaiStream } from '../support/answers.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';

/** How long each part lasts, in seconds. */
const SECONDS = Number(process.env.TH_SECONDS ?? 60);
const CLIENTS = 20;
const USUAL_MS = 100;
const SLOW_MS = 1000;
/** By then a breaker has met its five failures, many times over. */
const OPENED_MS = 2000;
/** Longer than the longest pause of a breaker, and what it has to wait for. */
const BACK_MS = 90_000;

interface Seen {
  readonly atMs: number;
  readonly firstByteMs: number;
  readonly status: number;
  readonly attempts: number;
  readonly provider: string;
  readonly isWhole: boolean;
}

const MODELS = { latency: {}, hedged: { hedge: true } };
let fixture: FailoverFixture;
beforeAll(async () => {
  const place = { shape: 'openai' as const, target: { priority: 0 } };
  const models = Object.entries(MODELS).map(([name, more]) => [
    name,
    { places: [place, place, place], model: { policy: 'latency', ...more } },
  ]);
  fixture = await startFailover(Object.fromEntries(models), { log: { level: 'error' } });
});
afterAll(() => fixture?.stop());

async function ask(name: string): Promise<Seen> {
  const atMs = performance.now();
  const response = await fixture.ask('openai', fixture.model(name), { stream: true });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let firstByteMs: number | undefined;
  let text = '';
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    firstByteMs ??= performance.now() - atMs;
    text += decoder.decode(part.value, { stream: true });
  }
  return {
    atMs,
    firstByteMs: firstByteMs ?? Number.POSITIVE_INFINITY,
    status: response.status,
    attempts: Number(response.headers.get('x-th-attempts')),
    provider: response.headers.get('x-th-provider') ?? '',
    isWhole: text.includes('[DONE]'),
  };
}

async function load(name: string, isOver: (last: Seen | undefined) => boolean): Promise<Seen[]> {
  const seen: Seen[] = [];
  const loop = async () => {
    while (!isOver(seen.at(-1))) seen.push(await ask(name));
  };
  await Promise.all(Array.from({ length: CLIENTS }, loop));
  return seen;
}

function p99(seen: readonly Seen[]): number {
  const times = seen.map(({ firstByteMs }) => firstByteMs).sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}

for (const name of Object.keys(MODELS)) {
  test(
    `${name}: one of three dead, one slow, ${SECONDS} s`,
    async () => {
      let isWell = true;
      const answers =
        (afterMs: () => number): Script =>
        async (exchange) => {
          await Bun.sleep(afterMs());
          await exchange.stream(openaiStream());
        };
      const well = answers(() => USUAL_MS);
      const model = fixture.model(name).script(
        (exchange) => (isWell ? well(exchange) : exchange.reset()),
        answers(() => (isWell ? USUAL_MS : SLOW_MS)),
        well,
      );
      const during = (ms: number) => {
        const untilMs = performance.now() + ms;
        return () => performance.now() > untilMs;
      };
      // Once before it counts, so that both parts run on a process that is warm.
      await load(name, during(5000));
      const healthy = await load(name, during(SECONDS * 1000));

      isWell = false;
      const failingSince = performance.now();
      const failing = await load(name, during(OPENED_MS + SECONDS * 1000));
      const opened = failing.filter(({ atMs }) => atMs > failingSince + OPENED_MS);

      isWell = true;
      const mendedMs = performance.now();
      const isBack = (last: Seen | undefined) =>
        (last?.provider === `${name}-0` && last.status === 200) || performance.now() > mendedMs + BACK_MS;
      const mended = await load(name, isBack);
      const back = mended.find(({ provider }) => provider === `${name}-0`);

      const ratio = p99(opened) / p99(healthy);
      const share = (place: number) => opened.filter(({ provider }) => provider === `${name}-${place}`).length;
      const twice = opened.filter(({ attempts }) => attempts > 1).length;
      console.log(
        `${name}: p99 of the first byte ${p99(opened).toFixed(0)} ms, ${ratio.toFixed(2)} x the healthy run's ` +
          `(${p99(healthy).toFixed(0)} ms); ${opened.length} requests, ${twice} of them with two tries, ` +
          `${share(1)} answered by the slow one; the dead one was back ` +
          `${back === undefined ? 'never' : `${((back.atMs - mendedMs) / 1000).toFixed(1)} s`} after it was mended`,
      );
      const all = [...healthy, ...opened, ...mended];
      expect(all.filter(({ status, isWhole }) => status !== 200 || !isWhole)).toEqual([]);
      expect(back).toBeDefined();
      expect(model.asked().every((count) => count > 0)).toBe(true);
    },
    10 * 60_000,
  );
}
