import type { BodyView, MangledCause } from './mangled-body.ts';

const WRITE_UTF8 =
  "Write the file with Set-Content -Encoding utf8NoBOM (PowerShell 7) or [IO.File]::WriteAllText($path, $json) (Windows PowerShell), then send it with curl.exe --data-binary '@body.json'.";

/** Bodies whose bytes are not plain UTF-8. */
export const ENCODING_CAUSES: readonly MangledCause[] = [
  (body) =>
    startsWith(body, 0xef, 0xbb, 0xbf)
      ? `The body begins with a UTF-8 byte order mark, as Out-File and Set-Content -Encoding UTF8 of Windows PowerShell write it. ${WRITE_UTF8}`
      : undefined,
  (body) => {
    const order = utf16Order(body);
    if (order === undefined) return undefined;
    return `The body is UTF-16 (${order}), which > and Out-File of Windows PowerShell write by default; JSON is sent as UTF-8. ${WRITE_UTF8}`;
  },
  (body) =>
    startsWith(body, 0x1f, 0x8b) || startsWith(body, 0x28, 0xb5, 0x2f, 0xfd)
      ? 'The body is compressed, but no Content-Encoding header says so. Add the header (gzip or zstd) or send the body uncompressed.'
      : undefined,
];

function startsWith({ bytes }: BodyView, ...start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** By its mark, or by the NUL that every other byte of ASCII text is in UTF-16. */
function utf16Order(body: BodyView): string | undefined {
  if (startsWith(body, 0xff, 0xfe)) return 'little-endian, with a byte order mark';
  if (startsWith(body, 0xfe, 0xff)) return 'big-endian, with a byte order mark';
  const start = body.bytes.subarray(0, 32);
  const nulls = [0, 0];
  for (const [i, byte] of start.entries()) if (byte === 0) nulls[i % 2] = (nulls[i % 2] as number) + 1;
  const [even, odd] = nulls as [number, number];
  const most = start.length / 2 - 2;
  if (start.length < 8) return undefined;
  if (odd > most && even === 0) return 'little-endian, without a byte order mark';
  return even > most && odd === 0 ? 'big-endian, without a byte order mark' : undefined;
}
