/** Streams no honest server sends: frames out of order, values of any kind anywhere, bytes changed, pure garbage. */
import fc from 'fast-check';
import type { GeneratedStream } from './expected.ts';

type Change = (frames: string[]) => string[];

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1e21,
    0.5,
    '',
    ' ',
    'x',
    [],
    {},
    [[]],
    [null],
    { index: 0 },
    '\ud800',
  ),
  fc.constantFrom<unknown>(2 ** 53 + 2, -0, 4294967296, 'tool_use', 'thinking', 'text', 'error', 'stop', '__proto__'),
  fc.jsonValue({ maxDepth: 2 }),
);

/** One value within the JSON of one frame replaced, one member dropped, or one added. */
const mutation: fc.Arbitrary<Change> = fc
  .tuple(
    fc.nat(),
    fc.nat(),
    oddValue,
    fc.constantFrom('replace', 'replace', 'drop', 'add'),
    fc.constantFrom('index', 'type', 'id', 'delta', 'error', 'usage', 'tool_calls', 'content', '__proto__'),
  )
  .map(([frameAt, pathAt, value, how, name]) => (frames) => {
    const at = frameAt % Math.max(1, frames.length);
    const match = /^([^]*?data: ?)(\{[^]*\})(\s*)$/.exec(frames[at] ?? '');
    if (match === null) return frames;
    let json: unknown;
    try {
      json = JSON.parse(match[2]!);
    } catch {
      return frames;
    }
    const slots = slotsOf(json);
    if (slots.length === 0) return frames;
    const [owner, key] = slots[pathAt % slots.length]!;
    if (how === 'drop') delete owner[key];
    else owner[how === 'add' && !Array.isArray(owner) ? name : key] = value;
    return frames.with(at, match[1]! + JSON.stringify(json) + match[3]!);
  });

type Owner = Record<string, unknown>;

function slotsOf(value: unknown): [owner: Owner, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Owner;
  return Object.keys(owner).flatMap((key) => [[owner, key] as [Owner, string], ...slotsOf(owner[key])]);
}

const shuffle: fc.Arbitrary<Change> = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 })
  .map((swaps) => (frames) => {
    const out = [...frames];
    for (const [a, b] of swaps) {
      const [i, j] = [a % out.length, b % out.length];
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  });
const repeat: fc.Arbitrary<Change> = fc.tuple(fc.nat(), fc.nat()).map(
  ([from, to]) =>
    (frames) =>
      frames.toSpliced(to % (frames.length + 1), 0, frames[from % frames.length]!),
);
const drop: fc.Arbitrary<Change> = fc.nat().map((at) => (frames) => frames.toSpliced(at % frames.length, 1));
const junk: fc.Arbitrary<Change> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      fc.constantFrom(
        'data: {\n\n',
        'data: [DONE]\n\n',
        'event: error\ndata: x\n\n',
        'data\n\n',
        'data: null\n\n',
        'data: []\n\n',
        '\n\n\n',
        'error: {"x":1}\n\n',
        ': x\n',
        'id: 1\nretry: 2\n\n',
        'data: {"error":"no"}\n\n',
        'data: {"choices":null}\n\n',
        'data: {"type":"message_stop"}\n\n',
      ),
      fc.string({ maxLength: 30 }),
    ),
  )
  .map(
    ([at, frame]) =>
      (frames) =>
        frames.toSpliced(at % (frames.length + 1), 0, frame),
  );

/** Frames with the blank line that ends each. */
function framesOf(text: string): string[] {
  return text.split(/(?<=\n\n|\r\r|\r\n\r\n)/);
}

function hostileFrames(stream: fc.Arbitrary<GeneratedStream>): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.oneof({ weight: 6, arbitrary: mutation }, shuffle, repeat, drop, junk), {
    minLength: 1,
    maxLength: 6,
  });
  return fc.tuple(stream, changes).map(([{ text }, all]) => {
    const frames = all.reduce((before, change) => (before.length > 0 ? change(before) : before), framesOf(text));
    return new TextEncoder().encode(frames.join(''));
  });
}

function hostileBytes(stream: fc.Arbitrary<GeneratedStream>): fc.Arbitrary<Uint8Array> {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 8 });
  return fc.tuple(stream, edits).map(([{ text }, all]) => {
    const bytes = [...new TextEncoder().encode(text)];
    for (const [at, byte, cut] of all) bytes.splice(at % (bytes.length + 1), cut, byte);
    return Uint8Array.from(bytes);
  });
}

/** One character a byte, so that a complaint can be read. `other`: streams of the wrong shape come too. */
export function hostileStream(
  own: fc.Arbitrary<GeneratedStream>,
  other: fc.Arbitrary<GeneratedStream>,
): fc.Arbitrary<string> {
  const bytes = fc.oneof(
    { weight: 6, arbitrary: hostileFrames(own) },
    { weight: 2, arbitrary: hostileBytes(own) },
    { weight: 1, arbitrary: other.map(({ text }) => new TextEncoder().encode(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
  return bytes.map((all) => Buffer.from(all).toString('latin1'));
}
