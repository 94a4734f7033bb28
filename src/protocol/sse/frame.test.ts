import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { dataFrame, eventFrame } from './encode.ts';
import { dataLines, Frame } from './frame.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Read {
  readonly event: string | undefined;
  readonly data: readonly string[];
}

/** Every frame of a text, as the record reads them. */
function readAll(text: string): Read[] {
  const bytes = encoder.encode(text);
  const sawCr = text.includes('\r');
  const frame = new Frame();
  const found: Read[] = [];
  let end = 0;
  while (frame.read(bytes, end, bytes.length, sawCr)) {
    expect(frame.start).toBeGreaterThanOrEqual(end);
    expect(frame.end).toBeGreaterThan(frame.start);
    end = frame.end;
    const data = dataLines(bytes, frame, sawCr);
    expect(data.length).toBe(frame.dataLines);
    expect(frame.dataStart < 0 ? undefined : decoder.decode(bytes.subarray(frame.dataStart, frame.dataEnd))).toBe(
      data[0],
    );
    found.push({
      event: frame.eventStart < 0 ? undefined : decoder.decode(bytes.subarray(frame.eventStart, frame.eventEnd)),
      data,
    });
  }
  expect(frame.end).toBe(bytes.length);
  return found;
}

function expectedEvents(text: string): { event: string | undefined; data: string }[] {
  const events: { event: string | undefined; data: string }[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ event: event || undefined, data }) });
  parser.feed(text);
  return events;
}

describe('Frame', () => {
  test('C114, C118: finds what a browser finds: the joined data, the last event name, nothing without data', () => {
    const content = fc.constantFrom(
      'data: a',
      'data:b',
      'data:  c',
      'data',
      'data:',
      'data: {"x":"🌍"}',
      'event: one',
      'event:two',
      'event',
      ': c',
      ':',
      'id: 1',
      'retry: 5',
      'junk: 1',
      'datax: 2',
      'dat',
      'eventful: 3',
      'even',
      ' data: 4',
    );
    const line = fc.oneof({ weight: 3, arbitrary: content }, { weight: 2, arbitrary: fc.constant('') });
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 16 }), (lines) => {
        // A parser drops what has no blank line behind it.
        const text = `${lines.map(([before, end]) => before + end).join('')}\n\n`;
        const events = readAll(text).filter(({ data }) => data.length > 0);
        expect(events.map(({ event, data }) => ({ event: event || undefined, data: data.join('\n') }))).toEqual(
          expectedEvents(text),
        );
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('C115: a frame without its blank line is read to the end', () => {
    expect(readAll('data: 1\n\nevent: x\ndata: 2')).toEqual([
      { event: undefined, data: ['1'] },
      { event: 'x', data: ['2'] },
    ]);
  });

  test('blank lines alone are no frame', () => {
    for (const text of ['', '\n', '\n\n\n', '\r\n\r\n', '\r']) expect(readAll(text)).toEqual([]);
  });

  test('the record forgets the frame before', () => {
    expect(readAll('event: error\ndata: 1\ndata: 2\n\n: c\n\ndata: 3\n\n')).toEqual([
      { event: 'error', data: ['1', '2'] },
      { event: undefined, data: [] },
      { event: undefined, data: ['3'] },
    ]);
  });
});

describe('encode', () => {
  test('what is written is one event with the very data', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(expectedEvents(decoder.decode(dataFrame(json)))).toEqual([{ event: undefined, data: json }]);
        expect(expectedEvents(decoder.decode(eventFrame('message_start', json)))).toEqual([
          { event: 'message_start', data: json },
        ]);
      }),
      { numRuns: RUNS },
    );
  });
});
