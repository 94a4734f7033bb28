import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import { FrameCutter } from './frames.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();
const BOM = '\ufeff';

const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'data: {"a":1}',
      'data:{"b":"\\n"}',
      'data',
      'data:',
      'data: 🌍é漢',
      'data: [DONE]',
      'data:  two spaces',
      ': comment',
      ':',
      'event: delta',
      'event:x',
      'id: 7',
      'retry: 10',
      'garbage',
      'data: \ufeff',
      ' data: indented',
      'dataset: 1',
    ),
  },
  { weight: 3, arbitrary: fc.constant('') },
);

interface Stream {
  readonly text: string;
  readonly bytes: Uint8Array;
}

const lineEnd = { LF: fc.constant('\n'), CRLF: fc.constant('\r\n'), CR: fc.constant('\r') };
const mixed = fc.oneof(lineEnd.LF, lineEnd.CRLF, lineEnd.CR);

function streamOf(end: fc.Arbitrary<string>): fc.Arbitrary<Stream> {
  return fc
    .tuple(fc.boolean(), fc.array(fc.tuple(line, end), { maxLength: 14 }), fc.option(line, { nil: '' }))
    .map(([mark, lines, rest]) => {
      const text = (mark ? BOM : '') + lines.map(([content, ending]) => content + ending).join('') + rest;
      return { text, bytes: encoder.encode(text) };
    });
}

/** Piece lengths, used in turn; a 0 is an empty read. */
const pieces = fc.array(fc.oneof(fc.constant(1), fc.nat(40)), { minLength: 1, maxLength: 10 });

function split(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = 0;
  for (let k = 0; at < bytes.length; k++) {
    // Each in a buffer of its own, as reads from a socket are; all zeros would never end.
    const length = lengths[k % lengths.length]! || k % 2;
    out.push(bytes.slice(at, at + length));
    at += length;
  }
  return out;
}

/** Offsets behind each blank line, by another way than the cutter's: a regular expression over the whole. */
function frameEnds(text: string): Set<number> {
  const ends = new Set<number>([0]);
  let at = 0;
  for (const [all, content] of text.matchAll(/([^\r\n]*)(\r\n|\r|\n)/g)) {
    at += all.length;
    if (content === '') ends.add(at);
  }
  return ends;
}

function eventsOf(pushes: readonly Uint8Array[], parserPerPush: boolean): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  const open = () => createParser({ onEvent: (event) => events.push({ ...event, id: undefined }) });
  let parser = open();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (const bytes of pushes) {
    if (parserPerPush) {
      parser = open();
      // A byte order mark is one at the start of a stream alone.
      parser.feed(':\n');
    }
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  return events;
}

const withoutMark = ({ text }: Stream) => Buffer.from(text.startsWith(BOM) ? text.slice(1) : text).toString('latin1');
const latin1 = (parts: readonly Uint8Array[]) => Buffer.concat(parts).toString('latin1');

describe('FrameCutter', () => {
  for (const kind of ['LF', 'CRLF', 'CR'] as const) {
    test(`C111, C112, C113, fault 39, ${kind}: cut anywhere, whole frames come out as soon as they are whole`, () => {
      fc.assert(
        fc.property(streamOf(lineEnd[kind]), pieces, (stream, lengths) => {
          // Before any other line end, a CR may be half of one: it waits for the next byte.
          fc.pre(!/^\ufeff?\r(?!\n)/.test(stream.text));
          const cutter = new FrameCutter();
          const expected = withoutMark(stream);
          const ends = [...frameEnds(expected)];
          const markBytes = stream.text.startsWith(BOM) ? 3 : 0;
          const out: Uint8Array[] = [];
          let given = 0;
          let taken = 0;
          for (const piece of split(stream.bytes, lengths)) {
            const whole = cutter.push(piece);
            given += piece.length;
            taken += whole.length;
            out.push(whole.slice());
            expect(taken).toBe(ends.findLast((end) => end <= given - markBytes) ?? 0);
          }
          expect(latin1([...out, cutter.end()])).toBe(expected);
        }),
        { numRuns: RUNS * 2 },
      );
    });
  }

  test('fault 39: line ends of all kinds in one stream give the events a browser would see', () => {
    fc.assert(
      fc.property(streamOf(mixed), pieces, (stream, lengths) => {
        const cutter = new FrameCutter();
        const out = split(stream.bytes, lengths).map((piece) => cutter.push(piece));
        out.push(cutter.end());
        const expected = eventsOf([encoder.encode(withoutMarkText(stream.text))], false);
        expect(eventsOf(out, false)).toEqual(expected);
        // Every push holds whole frames: a parser that begins with it sees the same.
        expect(eventsOf(out, true)).toEqual(expected);
        expect(latin1(out)).toBe(withoutMark(stream));
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('a chunk that is whole frames is handed on as it is, uncopied', () => {
    const cutter = new FrameCutter();
    const chunk = encoder.encode('data: 1\n\ndata: 2\n\n');
    expect(cutter.push(chunk)).toBe(chunk);
    const half = encoder.encode('data: 3\n\ndata: 4');
    const whole = cutter.push(half);
    expect(whole.buffer).toBe(half.buffer);
    expect(whole.length).toBe(9);
    expect(cutter.pending).toBe(true);
    expect(latin1([cutter.push(encoder.encode('\n\n'))])).toBe('data: 4\n\n');
    expect(cutter.pending).toBe(false);
  });

  test('what was handed out is not written into afterwards', () => {
    const cutter = new FrameCutter();
    cutter.push(encoder.encode('data: first'));
    const first = cutter.push(encoder.encode('\n\ndata: sec'));
    const before = latin1([first]);
    cutter.push(encoder.encode(`ond${'!'.repeat(500)}\n\ndata: third\n\n`));
    expect(latin1([first])).toBe(before);
  });

  test.each(['\n', '\r\n', '\r'])('C117: a 5 MB line (%j) in 16 KB and in small reads takes linear time', (end) => {
    const line = encoder.encode(`data: ${'x'.repeat(5_000_000)}${end}${end}`);
    const timeFor = (bytes: Uint8Array, step: number) => {
      const cutter = new FrameCutter();
      // The end of lines is known from the start of a stream.
      cutter.push(encoder.encode(`data: 0${end}${end}`));
      const start = performance.now();
      let out = 0;
      for (let at = 0; at < bytes.length; at += step) out += cutter.push(bytes.subarray(at, at + step)).length;
      expect(out).toBe(bytes.length);
      return performance.now() - start;
    };
    expect(timeFor(line, 16_384)).toBeLessThan(5_000);
    expect(timeFor(line, 7)).toBeLessThan(10_000);
    const short = encoder.encode(`data: ${'x'.repeat(400_000)}${end}${end}`);
    expect(timeFor(short, 1)).toBeLessThan(10_000);
  });

  test('many frames in one read that follows half a frame cost their length', () => {
    const cutter = new FrameCutter();
    cutter.push(encoder.encode('data: half'));
    const many = encoder.encode(`\n\n${'data: x\n\n'.repeat(200_000)}data: rest`);
    const start = performance.now();
    expect(cutter.push(many).length).toBe(10 + many.length - 10);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('fault 39: a frame beyond 16 MiB fails, as an ApiError; one below passes', () => {
    const piece = encoder.encode('x'.repeat(1 << 20));
    for (const start of ['data: ', ': ', '']) {
      const cutter = new FrameCutter();
      cutter.push(encoder.encode(start));
      const feed = (pieces: number) => {
        for (let i = 0; i < pieces; i++) cutter.push(piece);
      };
      feed(15);
      expect(() => feed(2)).toThrow(ApiError);
    }
  });

  test('nothing in, nothing out', () => {
    const cutter = new FrameCutter();
    expect(cutter.push(new Uint8Array(0)).length).toBe(0);
    expect(cutter.end().length).toBe(0);
  });
});

function withoutMarkText(text: string): string {
  return text.startsWith(BOM) ? text.slice(1) : text;
}
