import { crc32 } from 'node:zlib';
import type { Settlement } from './ports.ts';

const HEAD_BYTES = 8;

/** Length, checksum and JSON of one settlement. */
export function writeRecord(settlement: Settlement): Buffer {
  const body = Buffer.from(JSON.stringify(settlement, (_, value: unknown) => toJson(value)));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

/** As many whole records as there are from the beginning: the first that is none, or cut, ends them. */
export function readRecords(bytes: Buffer): Settlement[] {
  const records: Settlement[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    const body = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    if (length === 0 || body.length < length || crc32(body) !== bytes.readUInt32LE(at + 4)) break;
    records.push(JSON.parse(body.toString(), (_, value: unknown) => fromJson(value)) as Settlement);
    at += HEAD_BYTES + length;
  }
  return records;
}

/** An amount is an object, since any text may stand for itself. */
function toJson(value: unknown): unknown {
  return typeof value === 'bigint' ? { nano: value.toString() } : value;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nano' in value)) return value;
  return typeof value.nano === 'string' ? BigInt(value.nano) : value;
}
