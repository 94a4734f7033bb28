import { describe, expect, test } from 'bun:test';
import { finished } from '../request-finished.fixture.ts';
import { isModelRequest, RecentRequests } from './recent-requests.ts';

const served = (requestId: string, at = 0) => finished({ requestId, at });
const refused = (requestId: string) => finished({ requestId, outcome: 'refused', settled: false });

describe('the latest requests', () => {
  test('are found by their ids', () => {
    const recent = new RecentRequests();
    recent.add(served('a'));
    recent.add(refused('b'));
    expect(recent.find('a')).toEqual(served('a'));
    expect(recent.find('c')).toBeUndefined();
    expect([...recent.byId().keys()]).toEqual(['a', 'b']);
    expect(recent.sinceMs).toBeUndefined();
  });

  test('are ten thousand at most, and who is refused pushes out none that was served', () => {
    const recent = new RecentRequests();
    for (let i = 0; i < 9000; i++) recent.add(served(`served ${i}`, i));
    for (let i = 0; i < 50_000; i++) recent.add(refused(`refused ${i}`));
    const all = [...recent.all()];
    expect(all.length).toBeLessThanOrEqual(10_000);
    expect(all.filter(({ outcome }) => outcome === 'answered')).toHaveLength(8000);
    expect(recent.find('served 999')).toBeUndefined();
    expect(recent.find('served 1000')).toBeDefined();
    expect(recent.find('refused 49999')).toBeDefined();
    // What ended at 999 is forgotten, what ended later is not.
    expect(recent.sinceMs).toBe(999);
  });

  test('have no more of a text that clients make up than tells it from others', () => {
    const recent = new RecentRequests();
    const warnings = Array.from({ length: 1000 }, (_, at) => `dropped.x=${'p'.repeat(at)}`);
    recent.add({ ...served('a'), model: '\ud83d'.repeat(1_000_000), warnings });
    const kept = recent.find('a');
    expect(kept?.model?.length).toBeLessThan(300);
    expect(kept?.warnings).toHaveLength(50);
    expect(Math.max(...(kept?.warnings ?? []).map(({ length }) => length))).toBeLessThan(300);
    const plain = served('b');
    recent.add(plain);
    expect(recent.find('b')).toBe(plain);
  });
});

test('what is free is no request of a model', () => {
  expect(isModelRequest({ route: '/v1/messages' })).toBe(true);
  expect(isModelRequest({ route: '/v1/chat/completions' })).toBe(true);
  for (const route of ['/v1/messages/count_tokens', '/v1/models', '/v1/route', 'none']) {
    expect(isModelRequest({ route })).toBe(false);
  }
});
