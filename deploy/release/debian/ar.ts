interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An archive of ar(5), as a Debian package is one: members in the order given, owned by root. `time` in Unix seconds. */
export function packAr(members: readonly Member[], time: number): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from('!<arch>\n')];
  for (const { name, bytes } of members) {
    if (name.length > 16) throw new Error(`the name is too long for an ar archive: ${name}`);
    const fields = [
      name.padEnd(16),
      String(time).padEnd(12),
      '0'.padEnd(6),
      '0'.padEnd(6),
      '100644'.padEnd(8),
      String(bytes.length).padEnd(10),
    ];
    parts.push(Buffer.from(`${fields.join('')}\`\n`, 'latin1'), bytes);
    if (bytes.length % 2 === 1) parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}
