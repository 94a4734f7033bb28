import { describe, expect, test } from 'bun:test';
import { Signers } from './signers.ts';

describe('D2: who signed what', () => {
  test('the last who made it, or nobody where it was refused', () => {
    const signers = new Signers();
    expect(signers.familyOf('a')).toBeUndefined();
    signers.learn('a', 'claude');
    signers.learn('b', 'zai/glm');
    expect([signers.familyOf('a'), signers.familyOf('b'), signers.familyOf('A')]).toEqual([
      'claude',
      'zai/glm',
      undefined,
    ]);
    signers.learn('a', 'zai/glm');
    signers.disown('b');
    expect([signers.familyOf('a'), signers.familyOf('b'), signers.size]).toEqual(['zai/glm', '', 2]);
  });

  test('is bounded; what is in use stays, what is not goes', () => {
    const signers = new Signers(100);
    signers.learn('used', 'claude');
    signers.learn('unused', 'claude');
    for (let i = 0; i < 1000; i++) {
      signers.learn(`s${i}`, 'claude');
      expect(signers.size).toBeLessThanOrEqual(100);
      expect(signers.familyOf('used')).toBe('claude');
    }
    expect(signers.familyOf('unused')).toBeUndefined();
    expect(signers.familyOf('s0')).toBeUndefined();
  });

  test('is bounded where everything is in use, too', () => {
    const signers = new Signers(100);
    for (let i = 0; i < 500; i++) {
      signers.learn(`s${i}`, 'claude');
      for (let j = 0; j <= i; j++) signers.familyOf(`s${j}`);
      expect(signers.size).toBeLessThanOrEqual(100);
    }
  });

  test('the last half is always there', () => {
    for (let learnt = 60; learnt < 170; learnt++) {
      const signers = new Signers(100);
      for (let i = 0; i < learnt; i++) signers.learn(`s${i}`, 'claude');
      const known = Array.from({ length: learnt }, (_, i) => signers.familyOf(`s${i}`) !== undefined);
      expect([learnt, known.slice(-50)]).toEqual([learnt, Array(50).fill(true)]);
    }
  });
});
