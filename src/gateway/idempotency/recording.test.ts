import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Recording, RecordingSpace } from './recording.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('Recording', () => {
  test('readers that begin at any time get the same bytes in the same order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.constant('read'), fc.constant('begin')), { maxLength: 60 }),
        (steps) => {
          const recording = new Recording(new RecordingSpace(() => 1e9), 1e9);
          const readers: { position: number; text: string }[] = [{ position: 0, text: '' }];
          let all = '';
          const readAll = () => {
            for (const reader of readers) {
              for (;;) {
                const piece = recording.read(reader.position);
                if (piece === undefined || piece === 'lost') break;
                reader.position = piece.next;
                reader.text += textOf(piece.bytes);
              }
            }
          };
          for (const step of steps) {
            if (step === 'read') readAll();
            else if (step === 'begin') readers.push({ position: 0, text: '' });
            else {
              recording.append(bytesOf(step), 0);
              all += textOf(bytesOf(step));
            }
          }
          readAll();
          for (const { text } of readers) expect(text).toBe(all);
          expect(textOf(recording.all())).toBe(all);
        },
      ),
    );
  });

  test('small chunks are read together, up to 64 KiB', () => {
    const recording = new Recording(new RecordingSpace(() => 1e9), 1e9);
    for (let i = 0; i < 200; i++) recording.append(new Uint8Array(1000), 0);
    const sizes: number[] = [];
    for (let at = 0; ;) {
      const piece = recording.read(at);
      if (piece === undefined || piece === 'lost') break;
      at = piece.next;
      sizes.push(piece.bytes.length);
    }
    expect(sizes).toEqual([65_000, 65_000, 65_000, 5000]);
  });

  test('a view of a large buffer is not what is kept', () => {
    const recording = new Recording(new RecordingSpace(() => 1e9), 1e9);
    const large = new Uint8Array(1_000_000).fill(7);
    recording.append(large.subarray(10, 20), 0);
    large.fill(0);
    const piece = recording.read(0) as { bytes: Uint8Array };
    expect([piece.bytes.buffer.byteLength, ...piece.bytes]).toEqual([10, ...Array<number>(10).fill(7)]);
  });

  test('fault 63: beyond its bound it forgets what everybody has, and a mebibyte ago', () => {
    const space = new RecordingSpace(() => 1e9);
    const recording = new Recording(space, 10_000);
    for (let i = 0; i < 9; i++) recording.append(new Uint8Array(900), 0);
    expect([recording.isWhole, space.taken]).toEqual([true, 9 * (900 + 128)]);
    recording.append(new Uint8Array(900), 5);
    expect([recording.isWhole, space.taken]).toEqual([false, 0]);
    expect(recording.read(4)).toBe('lost');
    expect((recording.read(5) as { next: number }).next).toBe(10);
    // Somebody who stays behind can do so up to a point.
    for (let i = 0; i < 2000; i++) recording.append(new Uint8Array(900), 5);
    expect(recording.read(5)).toBe('lost');
    expect(recording.read(2009)).toMatchObject({ next: 2010 });
    expect(recording.read(2010)).toBeUndefined();
  });

  test('one chunk larger than all bounds is still given', () => {
    const recording = new Recording(new RecordingSpace(() => 1e9), 10);
    recording.append(new Uint8Array(3 * 1024 * 1024), 0);
    expect((recording.read(0) as { bytes: Uint8Array }).bytes.length).toBe(3 * 1024 * 1024);
  });

  test('fault 63: all of them share a bound; who is over it gives up its own', () => {
    const space = new RecordingSpace(() => 5000);
    const [one, two] = [new Recording(space, 1e9), new Recording(space, 1e9)];
    one.append(new Uint8Array(3000), 0);
    two.append(new Uint8Array(3000), 0);
    expect([one.isWhole, two.isWhole, space.taken]).toEqual([true, false, 3128]);
    one.release();
    one.release();
    two.release();
    expect(space.taken).toBe(0);
  });
});
