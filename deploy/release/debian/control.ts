import { createHash } from 'node:crypto';
import { folder, type PackedFile } from '../packed-file.ts';
import { SCRIPTS } from './scripts.ts';

export interface PackageFacts {
  /** As package.json has it. */
  readonly version: string;
  readonly architecture: 'amd64' | 'arm64';
  /** `Name <address>`. */
  readonly maintainer: string;
}

/** As Debian orders versions: what comes before a release sorts before it. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

/** The control archive's files, for the files that are installed. */
export function controlFiles(facts: PackageFacts, files: readonly PackedFile[]): PackedFile[] {
  const installed = files.filter(({ path }) => !path.endsWith('/'));
  const configuration = installed.map(({ path }) => path.slice(1)).filter((path) => path.startsWith('/etc/'));
  const sums = installed
    .filter(({ path }) => !path.startsWith('./etc/'))
    .map(({ path, bytes }) => `${createHash('md5').update(bytes).digest('hex')}  ${path.slice(2)}\n`)
    .toSorted((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1));
  return [
    folder('./'),
    text('./control', describe(facts, files)),
    text('./md5sums', sums.join('')),
    text('./conffiles', configuration.map((path) => `${path}\n`).join('')),
    ...Object.entries(SCRIPTS).map(([name, script]) => ({ ...text(`./${name}`, script), isExecutable: true })),
  ];
}

function describe({ version, architecture, maintainer }: PackageFacts, files: readonly PackedFile[]): string {
  const kib = files.reduce((sum, { bytes }) => sum + Math.max(1, Math.ceil(bytes.length / 1024)), 0);
  return `Package: tokenharbor
Version: ${debianVersion(version)}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${kib}
Depends: libc6 (>= 2.17)
Recommends: ca-certificates
Section: net
Priority: optional
Description: gateway for language models
 One executable with OpenAI's and Anthropic's endpoints before any provider:
 one set of keys, limits and budgets, a router and a bill.
 .
 The service is installed and not started: see
 /usr/share/doc/tokenharbor/README.md.
`;
}

function text(path: string, content: string): PackedFile {
  return { path, bytes: Buffer.from(content), isExecutable: false };
}
