import { crc32, deflateRawSync } from 'node:zlib';
import { inOrder, type PackedFile } from './packed-file.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const UNIX_VERSION_20 = 0x0314;

/** A ZIP archive whose bytes depend on the files and the time alone. `time` in Unix seconds, from 1980 on. */
export function packZip(files: readonly PackedFile[], time: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const sorted = inOrder(files);
  for (const file of sorted) {
    const name = Buffer.from(file.path);
    const packed = deflateRawSync(file.bytes, { level: 9 });
    const common = describe(file, name, packed, time);
    const local = words([LOCAL_HEADER, 4], [20, 2]);
    parts.push(local, common, name, packed);
    const mode = ((file.isExecutable ? 0o100755 : 0o100644) << 16) >>> 0;
    const rest = words([0, 2], [0, 2], [0, 2], [mode, 4], [offset, 4]);
    directory.push(words([CENTRAL_HEADER, 4], [UNIX_VERSION_20, 2], [20, 2]), common, rest, name);
    offset += local.length + common.length + name.length + packed.length;
  }
  const size = directory.reduce((total, { length }) => total + length, 0);
  const count = sorted.length;
  const end = words([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** What the local header and the central one have in common: flags to the length of the extra field. */
function describe({ bytes }: PackedFile, name: Buffer, packed: Buffer, time: number): Buffer {
  const [clock, day] = dosTime(time);
  const sizes = [[crc32(bytes), 4] as const, [packed.length, 4] as const, [bytes.length, 4] as const];
  return words([0x800, 2], [8, 2], [clock, 2], [day, 2], ...sizes, [name.length, 2], [0, 2]);
}

function dosTime(time: number): [clock: number, day: number] {
  const date = new Date(time * 1000);
  const clock = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const year = date.getUTCFullYear() - 1980;
  if (year < 0 || year > 127) throw new Error('a ZIP archive knows the years 1980 to 2107');
  return [clock, (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()];
}

function words(...values: readonly (readonly [value: number, width: 2 | 4])[]): Buffer {
  const bytes = Buffer.alloc(values.reduce((total, [, width]) => total + width, 0));
  let at = 0;
  for (const [value, width] of values) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
