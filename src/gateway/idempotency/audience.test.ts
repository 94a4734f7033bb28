import { expect, test } from 'bun:test';
import { ClientGone } from '../attempts/attempt.ts';
import { ManualTicker } from '../manual-ticker.fixture.ts';
import { Audience } from './audience.ts';

function build() {
  const clock = new ManualTicker();
  const deserted: number[] = [];
  const audience = new Audience({ ticker: clock.ticker, waitMs: 1000, onDeserted: () => deserted.push(clock.now) });
  const join = () => {
    const client = new AbortController();
    return { client, seat: audience.join(client.signal) };
  };
  return { clock, audience, deserted, join };
}

test('it is deserted when the last one has left and nobody came back in time', async () => {
  const { clock, deserted, join } = build();
  const [one, two] = [join(), join()];
  one.client.abort();
  clock.advance(5000);
  expect(deserted).toEqual([]);
  await expect(one.seat.left).rejects.toBeInstanceOf(ClientGone);
  expect([one.seat.hasLeft, two.seat.hasLeft]).toEqual([true, false]);
  two.seat.leave();
  clock.advance(999);
  const three = join();
  clock.advance(5000);
  expect(deserted).toEqual([]);
  three.client.abort();
  clock.advance(1000);
  expect(deserted).toHaveLength(1);
  expect(clock.watching).toBe(0);
});

test('leaving counts once, however it is told; having all is not leaving', () => {
  const { clock, deserted, join } = build();
  const [one, two] = [join(), join()];
  one.seat.leave();
  one.client.abort();
  one.seat.leave();
  one.seat.rest();
  clock.advance(5000);
  expect(deserted).toEqual([]);
  two.seat.rest();
  two.client.abort();
  expect(two.seat.hasLeft).toBe(false);
  clock.advance(5000);
  expect(deserted).toEqual([]);
});

test('one that had left before it came is not there', () => {
  const { clock, audience, deserted } = build();
  const seat = audience.join(AbortSignal.abort());
  expect(seat.hasLeft).toBe(true);
  clock.advance(1000);
  expect(deserted).toHaveLength(1);
});

test('when the answer is over nobody is waited for', () => {
  const { clock, audience, deserted, join } = build();
  const [one, two] = [join(), join()];
  one.seat.leave();
  audience.close();
  two.seat.leave();
  clock.advance(5000);
  expect([deserted, clock.watching]).toEqual([[], 0]);
});
