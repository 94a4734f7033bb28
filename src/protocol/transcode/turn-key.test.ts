import { describe, expect, test } from 'bun:test';
import { packToolId } from './tool-ids.ts';
import { turnKey } from './turn-key.ts';

const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex');
const keyOf = (id: string, input = '{}', name = 'f') => turnKey({ id, name, input }, { sha256 });

describe('what a turn is kept under', () => {
  test.each([
    'call_Ab3dEf6hIj9kLmNoPqRs',
    'toolu_01A2b3C4d5E6f7G8h9J0',
    'toolu_th_01a206a51e757f60b665bc32e2ed593a_1',
    'chatcmpl-tool-040af537f3e14bd6986646facde02ce3',
    'function-call-1234567890123456789',
    '550e8400-e29b-41d4-a716-446655440000',
  ])('%p names one call for ever', (id) => {
    expect(keyOf(id)).toBe(id);
  });

  test.each(['call_0', 'functions.read:0', 'call_get_weather_1', 'O4kbyHTo9', packToolId('functions.Bash:12')])(
    '%p may be another call’s too: what is called belongs to the key',
    (id) => {
      const key = keyOf(id, '{"a":1,"b":[{"c":2.0,"d":"é"}]}');
      expect(key).not.toBe(id);
      expect(keyOf(id, ' {"b":[{"d":"\\u00e9","c":2}], "a":1}')).toBe(key);
      expect(keyOf(id, '{"a":1,"b":[{"c":3,"d":"é"}]}')).not.toBe(key);
      expect(keyOf(id, '{"a":1,"b":[{"c":2.0,"d":"é"}]}', 'g')).not.toBe(key);
    },
  );
});
