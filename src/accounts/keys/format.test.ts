import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { KEY_LENGTH, type KeyKind, isWellFormed, mint } from './format.ts';
import { inspectKey } from './inspect.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const kinds = fc.constantFrom<KeyKind>('live', 'test');
const places = fc.integer({ min: 0, max: KEY_LENGTH - 1 });

describe('mint', () => {
  test('makes keys of the public form', () => {
    fc.assert(
      fc.property(kinds, (kind) => {
        const key = mint(kind);
        expect(key).toMatch(kind === 'live' ? /^thk_live_[0-9A-Za-z]{54}$/ : /^thk_test_[0-9A-Za-z]{54}$/);
        expect(inspectKey(key)).toEqual({ verdict: 'ok', kind });
      }),
    );
  });

  test('never makes a key twice, and uses every character about equally often', () => {
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    for (let round = 0; round < 5000; round++) {
      const key = mint('live');
      seen.add(key);
      for (const character of key.slice(9, 57)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(seen.size).toBe(5000);
    const expected = (5000 * 48) / 62;
    // Six standard deviations: fails by chance about once in ten million runs, and at once if the sampling is biased.
    const slack = 6 * Math.sqrt(expected);
    for (const character of ALPHABET) {
      expect(Math.abs((counts.get(character) ?? 0) - expected)).toBeLessThan(slack);
    }
  });

  test('its checksum is the CRC-32 of what stands before it, in base62', () => {
    const known = `thk_live_${'0'.repeat(48)}`;
    const accepted = [...ALPHABET].filter((last) => isWellFormed(`${known}${knownChecksum.slice(0, 5)}${last}`));
    expect(accepted).toEqual([knownChecksum.slice(5)]);
  });
});

// Computed by another program: python3 -c "import zlib; n = zlib.crc32(b'thk_live_' + b'0' * 48) …"
const knownChecksum = '1kynER';

describe('a damaged key', () => {
  test('fault 20: any one changed character is found', () => {
    fc.assert(
      fc.property(kinds, places, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (kind, at, other) => {
        const key = mint(kind);
        fc.pre(key[at] !== other);
        expect(inspectKey(key.slice(0, at) + other + key.slice(at + 1)).verdict).not.toBe('ok');
      }),
      { numRuns: 3000 },
    );
  });

  test('fault 20: every changed character of one key is found, at every place', () => {
    const key = mint('live');
    for (let at = 0; at < key.length; at++) {
      for (const other of ALPHABET) {
        if (other !== key[at]) expect(isWellFormed(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
      }
    }
  });

  test('fault 20: a missing, doubled or swapped character is found', () => {
    fc.assert(
      fc.property(kinds, places, (kind, at) => {
        const key = mint(kind);
        const without = key.slice(0, at) + key.slice(at + 1);
        const doubled = key.slice(0, at) + key.charAt(at) + key.slice(at);
        const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
        expect(inspectKey(without).verdict).not.toBe('ok');
        expect(inspectKey(doubled).verdict).not.toBe('ok');
        if (swapped !== key) expect(inspectKey(swapped).verdict).not.toBe('ok');
      }),
      { numRuns: 1000 },
    );
  });
});
