import { afterEach, expect, test } from 'bun:test';
import { HeldLeases, type HeldPlace } from './held-leases.ts';

let time = 0;
let renewed: [string, number][] = [];
let held: HeldLeases;
afterEach(() => held.close());

function open(everyMs = 3_600_000): HeldLeases {
  time = 0;
  renewed = [];
  const renew = (places: string, ids: readonly string[]) => renewed.push([places, ids.length]);
  held = new HeldLeases({ now: () => time, everyMs, renew });
  return held;
}

const place = (places: string, leaseId: string, heldUntil = 1000): HeldPlace => ({ places, leaseId, heldUntil });

test('keeps what is held, by consumer, no more than 500 at once', () => {
  open();
  for (let i = 0; i < 1201; i++) held.add(place('a', String(i)));
  held.add(place('b', 'one'));
  held.beat();
  expect(renewed).toEqual([
    ['a', 500],
    ['a', 500],
    ['a', 201],
    ['b', 1],
  ]);
});

test('does not keep what was given back', () => {
  open();
  const [one, two] = [place('a', 'one'), place('a', 'two')];
  for (const each of [one, two]) held.add(each);
  held.remove(one);
  held.remove(one);
  held.beat();
  expect(renewed).toEqual([['a', 1]]);
  held.remove(two);
  held.beat();
  expect(renewed).toHaveLength(1);
});

test('H3: lets go of what was held too long', () => {
  open();
  held.add(place('a', 'forgotten', 1000));
  held.add(place('a', 'long', 5000));
  time = 1000;
  held.beat();
  expect(renewed).toEqual([['a', 1]]);
  expect(held.all.map(({ leaseId }) => leaseId)).toEqual(['long']);
});

test('does so by itself, until it is closed', async () => {
  open(10);
  held.add(place('a', 'one'));
  for (let i = 0; i < 500 && renewed.length < 2; i++) await Bun.sleep(5);
  expect(renewed.length).toBeGreaterThan(1);
  held.close();
  const count = renewed.length;
  await Bun.sleep(50);
  expect(renewed).toHaveLength(count);
});
