import type { PackedFile } from '../packed-file.ts';
import { packTarGz } from '../tar.ts';
import { packAr } from './ar.ts';
import { controlFiles, debianVersion, type PackageFacts } from './control.ts';
import { installedFiles } from './installed-files.ts';

/** `tokenharbor_0.1.0_amd64.deb`. */
export function packageName({ version, architecture }: PackageFacts): string {
  return `tokenharbor_${debianVersion(version)}_${architecture}.deb`;
}

/**
 * A Debian package (deb(5)) of what a release's archive has for a target, whose bytes depend on that and the time alone.
 * `starter`: the configuration to begin with; `time` in Unix seconds.
 */
export function packDeb(
  archive: readonly PackedFile[],
  starter: string,
  facts: PackageFacts,
  time: number,
): Uint8Array {
  const files = installedFiles(archive, starter, facts, time);
  return packAr(
    [
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', bytes: packTarGz(controlFiles(facts, files), time) },
      { name: 'data.tar.gz', bytes: packTarGz(files, time) },
    ],
    time,
  );
}
