import { afterEach, describe, expect, test } from 'bun:test';
import type { Delivered } from '../otlp/delivery.ts';
import { finished } from '../request-finished.fixture.ts';
import { MAX_BATCH, MAX_QUEUE, TraceExporter } from './trace-exporter.ts';

const TAKEN: Delivered = { kind: 'taken', rejected: 0 };
const LATER: Delivered = { kind: 'later', afterMs: 1 };

let exporter: TraceExporter | undefined;
afterEach(() => exporter?.close(0));

/** An exporter before a collector that answers as told; the last answer holds for all to come. */
function open(...answers: Promise<Delivered>[]) {
  const bodies: string[] = [];
  const counts = { sent: 0, dropped: 0 };
  exporter = new TraceExporter({
    deliver: (body) => {
      bodies.push(body);
      return (answers.length > 1 ? answers.shift() : answers[0]) as Promise<Delivered>;
    },
    encode: (events) => events.map(({ requestId }) => requestId).join(),
    onSent: (count) => (counts.sent += count),
    onDropped: (count) => (counts.dropped += count),
    delayMs: 5,
  });
  return { exporter, bodies, counts };
}

const add = (to: TraceExporter, count: number, from = 0) => {
  for (let i = 0; i < count; i++) to.add(finished({ requestId: String(from + i) }));
};

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !what(); i++) await Bun.sleep(5);
  expect(what()).toBe(true);
}

describe('TraceExporter', () => {
  test('sends what has come together, and counts spans', async () => {
    const { exporter: to, bodies, counts } = open(Promise.resolve(TAKEN));
    add(to, 3);
    await until(() => counts.sent === 6);
    expect(bodies).toEqual(['0,1,2']);
  });

  test('a collector that does not answer fills no memory and holds nobody up', async () => {
    const { promise, resolve } = Promise.withResolvers<Delivered>();
    const { exporter: to, bodies, counts } = open(promise, Promise.resolve(TAKEN));
    add(to, MAX_BATCH);
    await until(() => bodies.length === 1);
    add(to, MAX_QUEUE + 50, MAX_BATCH);
    expect(counts).toEqual({ sent: 0, dropped: 100 });
    resolve(TAKEN);
    await until(() => counts.sent === 2 * (MAX_BATCH + MAX_QUEUE));
    expect(bodies.flatMap((body) => body.split(',')).map(Number)).toEqual([...Array(MAX_BATCH + MAX_QUEUE).keys()]);
  });

  test('what was not taken is sent again, first and whole', async () => {
    const {
      exporter: to,
      bodies,
      counts,
    } = open(Promise.resolve(LATER), Promise.resolve({ kind: 'later', afterMs: 20 }), Promise.resolve(TAKEN));
    add(to, 2);
    await until(() => bodies.length === 1);
    add(to, 1, 2);
    await until(() => counts.sent === 6);
    expect(bodies).toEqual(['0,1', '0,1', '0,1', '2']);
    expect(counts.dropped).toBe(0);
  });

  test('what a collector will never take is dropped, and what follows is not', async () => {
    const {
      exporter: to,
      bodies,
      counts,
    } = open(Promise.resolve({ kind: 'refused' }), Promise.resolve({ kind: 'taken', rejected: 1 }));
    add(to, 2);
    await until(() => counts.dropped === 4);
    add(to, 1, 2);
    await until(() => counts.sent === 1);
    expect([bodies, counts.dropped]).toEqual([['0,1', '2'], 5]);
  });

  test('the end sends what waits, once more even where it was to wait, and gives up in time', async () => {
    const {
      exporter: to,
      bodies,
      counts,
    } = open(Promise.resolve({ kind: 'later', afterMs: 60_000 }), Promise.resolve(TAKEN));
    add(to, 1);
    await until(() => bodies.length === 1);
    await Bun.sleep(20);
    add(to, 1, 1);
    await to.close(1000);
    expect([bodies, counts]).toEqual([['0', '0', '1'], { sent: 4, dropped: 0 }]);

    const stuck = open(new Promise<Delivered>(() => undefined));
    add(stuck.exporter, 3);
    await stuck.exporter.close(20);
    expect(stuck.counts).toEqual({ sent: 0, dropped: 6 });
  });
});
