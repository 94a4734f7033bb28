import { describe, expect, test } from 'bun:test';
import { isFault, scanObject } from '../json/scan.ts';
import { type DeltaFrame, learnDelta } from './anthropic-delta-frame.ts';

const encoder = new TextEncoder();

function learn(frame: string): DeltaFrame | undefined {
  const bytes = encoder.encode(frame);
  const event = scanObject(bytes, frame.indexOf('{'), frame.lastIndexOf('}') + 1);
  if (isFault(event)) throw new Error(event.message);
  return learnDelta(bytes, 0, bytes.length, event, 'text');
}

const frameOf = (text: string, padding = '') =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${text}"}${padding}}\n\n`;

/** The text that was found, by both ways of comparing. */
function match(template: DeltaFrame | undefined, frame: string, before = ''): string | undefined {
  const bytes = encoder.encode(before + frame);
  const view = new DataView(bytes.buffer);
  const found = [undefined, view].map((one) =>
    template?.match(bytes, one, before.length, bytes.length) === true
      ? [Buffer.from(bytes.slice(template.textStart, template.textEnd)).toString('utf8'), template.end - before.length]
      : undefined,
  );
  expect(found[0]).toEqual(found[1]);
  if (found[0] !== undefined) expect(found[0][1]).toBe(encoder.encode(frame).length);
  return found[0]?.[0] as string | undefined;
}

describe('the template of a delta', () => {
  const template = learn(frameOf('a', '   '));

  test('matches frames like it, whatever their text and however padded', () => {
    for (const text of [
      '',
      'a',
      '世界🌍',
      '\\"',
      '\\\\',
      '\\u00e9\\/\\b\\f\\n\\r\\t',
      '\\ud83c',
      '}}',
      '{\\"x\\":1}',
      '\u2028',
      '\u007f',
    ]) {
      for (const padding of ['', ' ', ' '.repeat(40)])
        expect(match(template, frameOf(text, padding), 'x'.repeat(3))).toBe(text);
    }
    expect(match(learn(frameOf('a').replaceAll('\n', '\r\n')), frameOf('b', ' ').replaceAll('\n', '\r\n'))).toBe('b');
  });

  test('matches members in another order, if that was the order it learnt', () => {
    const other = (text: string, padding = '') =>
      `data: {"delta":{"text":"${text}","type":"text_delta"},"index":0,"type":"content_block_delta"${padding}}\n\n`;
    expect(match(learn(other('a')), other('\\"b', '  '))).toBe('\\"b');
    expect(match(learn(other('a')), frameOf('b'))).toBeUndefined();
  });

  test('matches nothing that is no such frame', () => {
    const wrong = [
      frameOf('a').replace('"index":0', '"index":1'),
      frameOf('a').replace('text_delta', 'tex2_delta'),
      frameOf('a').replace('}}\n\n', '},"x":1}\n\n'),
      frameOf('a').replace('"a"', '"a","text":"b"'),
      frameOf('a').replace('"a"', 'null'),
      frameOf('a').replace('\n\n', '\ndata: x\n\n'),
      frameOf('a').slice(0, -1),
      frameOf('a').slice(0, 60),
      frameOf('a\\q'),
      frameOf('\\u12g4'),
      frameOf('\\u12'),
      frameOf('a\n'),
      frameOf('a\t'),
      frameOf('a\\'),
      frameOf('a', '\t'),
      `: comment\n${frameOf('a')}`,
      `\n${frameOf('a')}`,
    ];
    for (const frame of wrong) expect([frame, match(template, frame)]).toEqual([frame, undefined]);
  });

  test('is not learnt from a frame that says more than a text', () => {
    for (const frame of [
      frameOf('a').replace('"index":0', '"index":0,"index":1'),
      frameOf('a').replace('"a"', '"a","text":"b"'),
      frameOf('a').replace('"a"', '"a","estimated_tokens":50'),
      frameOf('a').replace('"a"', '7'),
      frameOf('a').replace('"index":0,', ''),
    ]) {
      expect([frame, learn(frame)]).toEqual([frame, undefined]);
    }
  });
});
