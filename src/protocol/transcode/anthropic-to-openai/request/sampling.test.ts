import { describe, expect, test } from 'bun:test';
import { prepare, refused } from './prepare.fixture.ts';

describe('sampling', () => {
  test('temperature and top_p cross as they were written', () => {
    const { text } = prepare(
      '{"model":"m","max_tokens":1,"temperature":1.0,"top_p":0.50,"messages":[{"role":"user","content":"x"}]}',
    );
    expect(text).toContain('"temperature":1.0,"top_p":0.50');
  });

  test('what a model does not take is left out', () => {
    const one = prepare({ temperature: 0.5, top_p: 0.9 }, { sampling: 'one' });
    expect([one.json.temperature, one.json.top_p, one.codes]).toEqual([0.5, undefined, ['dropped.top_p']]);
    expect(prepare({ top_p: 0.9 }, { sampling: 'one' }).json.top_p).toBe(0.9);
    const none = prepare({ temperature: 0.5, top_p: 0.9 }, { sampling: 'none' });
    expect([none.json.temperature, none.json.top_p]).toEqual([undefined, undefined]);
    expect(none.codes).toEqual(['dropped.temperature', 'dropped.top_p']);
    expect(prepare({ temperature: 1, top_p: 1 }, { sampling: 'none' }).codes).toEqual([]);
    const clamped = prepare({ temperature: 1 }, { temperatureMax: 0.7 });
    expect([clamped.json.temperature, clamped.codes]).toEqual([0.7, ['clamped.temperature']]);
  });

  test('top_k only where the record of the upstream names it', () => {
    const dropped = prepare({ top_k: 5 });
    expect(['top_k' in dropped.json, dropped.codes]).toEqual([false, ['dropped.top_k']]);
    expect(prepare({ top_k: 5 }, { extraAllow: ['top_k'] }).json.top_k).toBe(5);
  });

  test('C098 stop-seqs: 6 stop_sequences', () => {
    const { json, codes } = prepare({ stop_sequences: ['a', 'b', 'c', 'd', 'e', 'f'] });
    expect(json.stop).toEqual(['a', 'b', 'c', 'd']);
    expect(codes).toEqual(['dropped.stop_sequences=stop_sequences[4]', 'dropped.stop_sequences=stop_sequences[5]']);
  });

  test('J3: one stop sequence is a list of one; none is no member', () => {
    expect(prepare({ stop_sequences: ['\n'] }).json.stop).toEqual(['\n']);
    expect('stop' in prepare({ stop_sequences: [] }).json).toBe(false);
    expect('stop' in prepare({ stop_sequences: ['x'] }, { stopMax: 0 }).json).toBe(false);
    expect(prepare({ stop_sequences: ['', 'x'] }).json.stop).toEqual(['x']);
    expect(refused({ stop_sequences: 'x' })).toBe('invalid_value stop_sequences');
    expect(refused({ stop_sequences: [1] })).toBe('invalid_value stop_sequences[0]');
  });

  test('service tiers', () => {
    expect(prepare({ service_tier: 'auto' }).json.service_tier).toBe('auto');
    expect(prepare({ service_tier: 'standard_only' }).json.service_tier).toBe('default');
    expect(refused({ service_tier: 'flex' })).toBe('invalid_value service_tier');
    const strict = (tier: string) => prepare({ service_tier: tier }, { serviceTiers: false });
    expect(strict('auto').json.service_tier).toBeUndefined();
    expect(strict('auto').codes).toEqual([]);
    expect(strict('standard_only').codes).toEqual(['dropped.service_tier']);
  });
});
