import { folder, type PackedFile } from '../packed-file.ts';
import { gzip } from '../tar.ts';
import { debianVersion, type PackageFacts } from './control.ts';

/** Where Debian has what an archive has in its own folders; `gzip`: as its policy wants it. */
const PLACES: readonly { readonly from: string; readonly to: string; readonly gzip?: true }[] = [
  { from: 'tokenharbor', to: 'usr/bin/tokenharbor' },
  { from: 'systemd/tokenharbor.service', to: 'usr/lib/systemd/system/tokenharbor.service' },
  { from: 'completions/tokenharbor.bash', to: 'usr/share/bash-completion/completions/tokenharbor' },
  { from: 'completions/_tokenharbor', to: 'usr/share/zsh/vendor-completions/_tokenharbor' },
  { from: 'completions/tokenharbor.fish', to: 'usr/share/fish/vendor_completions.d/tokenharbor.fish' },
  { from: 'man/tokenharbor.1', to: 'usr/share/man/man1/tokenharbor.1.gz', gzip: true },
  { from: 'THIRD-PARTY-LICENSES.txt', to: 'usr/share/doc/tokenharbor/THIRD-PARTY-LICENSES.txt' },
];

const DOC = 'usr/share/doc/tokenharbor';
/** Pages and what they lead to; the licence's text is Debian's own. */
const IS_PAGE = /^(?:[A-Z]+\.md|(?:docs|deploy)\/.*)$/;
const CONFIGURATION = 'etc/tokenharbor';

/**
 * What the package puts where. `archive`: the files of a release's archive for the target; `starter`: the configuration
 * to begin with; `time` in Unix seconds.
 */
export function installedFiles(
  archive: readonly PackedFile[],
  starter: string,
  facts: PackageFacts,
  time: number,
): PackedFile[] {
  const placed = PLACES.map(({ from, to, gzip: isPacked }) => {
    const file = archive.find(({ path }) => path === from);
    if (file === undefined) throw new Error(`the archive has no ${from}`);
    return { ...file, path: to, bytes: isPacked === true ? gzip(file.bytes) : file.bytes };
  });
  const pages = archive.filter(({ path }) => IS_PAGE.test(path));
  const files = [
    ...placed,
    ...pages.map((page) => ({ ...page, path: `${DOC}/${page.path}` })),
    text(`${DOC}/copyright`, COPYRIGHT),
    { ...text(`${DOC}/changelog.gz`, ''), bytes: gzip(Buffer.from(changelog(facts, time))) },
    text('usr/share/lintian/overrides/tokenharbor', LINTIAN_OVERRIDES),
    text(`${CONFIGURATION}/tokenharbor.yaml`, starter),
  ];
  // What is in the credentials' folder is for root alone, who hands it to the service.
  const folders = [...foldersOf(files.map(({ path }) => path)), folder(`${CONFIGURATION}/credentials/`, 0o700)];
  return [folder('./'), ...[...folders, ...files].map((file) => ({ ...file, path: `./${file.path}` }))];
}

function foldersOf(paths: readonly string[]): PackedFile[] {
  const found = new Set<string>();
  for (const path of paths) {
    const steps = path.split('/').slice(0, -1);
    for (let length = 1; length <= steps.length; length++) found.add(`${steps.slice(0, length).join('/')}/`);
  }
  return [...found].map((path) => folder(path));
}

function changelog({ version, maintainer }: PackageFacts, time: number): string {
  const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
  return `tokenharbor (${debianVersion(version)}) unstable; urgency=medium

  * What changes is told in CHANGELOG.md beside this file.

 -- ${maintainer}  ${date}
`;
}

/** The executable is Bun's with the program at its end: to strip it would take that away. */
const LINTIAN_OVERRIDES = `tokenharbor: unstripped-binary-or-object [usr/bin/tokenharbor]
tokenharbor: embedded-library * [usr/bin/tokenharbor]
tokenharbor: hardening-no-pie [usr/bin/tokenharbor]
tokenharbor: hardening-no-relro [usr/bin/tokenharbor]
# Secrets of providers, for root to read alone.
tokenharbor: non-standard-dir-perm 0700 != 0755 [etc/tokenharbor/credentials/]
# Where there is no helper of Debian's, systemctl is what all have.
tokenharbor: maintainer-script-calls-systemctl *
`;

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tokenharbor

Files: *
Copyright: 2026 the contributors of Token Harbor
License: Apache-2.0

License: Apache-2.0
 On Debian systems the text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0. The licences of what the executable
 is made of are in THIRD-PARTY-LICENSES.txt beside this file.
`;

function text(path: string, content: string): PackedFile {
  return { path, bytes: Buffer.from(content), isExecutable: false };
}
