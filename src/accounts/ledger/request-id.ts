const FORM = /^req_th_[0-9a-f]{32}$/;
const PREFIX = 'req_th_';

/** The 16 bytes behind `req_th_`: they sort by time, and are half the size. Throws a RangeError on any other text. */
export function requestIdBytes(requestId: string): Uint8Array {
  if (!FORM.test(requestId)) throw new RangeError(`${JSON.stringify(requestId.slice(0, 80))} is no request id`);
  return Buffer.from(requestId.slice(PREFIX.length), 'hex');
}

export function requestIdText(bytes: Uint8Array): string {
  return PREFIX + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
