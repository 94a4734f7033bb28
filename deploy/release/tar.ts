import { gzipSync } from 'node:zlib';
import { inOrder, type PackedFile } from './packed-file.ts';

const BLOCK = 512;

/** A ustar archive whose bytes depend on the files and the time alone: sorted, owned by root. `time` in Unix seconds. */
export function packTar(files: readonly PackedFile[], time: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const file of inOrder(files)) {
    blocks.push(header(file, time), file.bytes, new Uint8Array(-file.bytes.length & (BLOCK - 1)));
  }
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

export function packTarGz(files: readonly PackedFile[], time: number): Uint8Array {
  return gzip(packTar(files, time));
}

/** The operating system in gzip's header is the one byte that would tell where it was made. */
export function gzip(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}

function header({ path, bytes, isExecutable, mode }: PackedFile, time: number): Uint8Array {
  if (Buffer.byteLength(path) > 100) throw new Error(`the path is too long for a ustar archive: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number, at: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  block.write(path, 0);
  octal(mode ?? (isExecutable ? 0o755 : 0o644), 8, 100);
  octal(0, 8, 108);
  octal(0, 8, 116);
  octal(bytes.length, 12, 124);
  octal(time, 12, 136);
  block.write('        0', 148, 'latin1');
  if (path.endsWith('/')) block.write('5', 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  block.write('root', 265, 'latin1');
  block.write('root', 297, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
