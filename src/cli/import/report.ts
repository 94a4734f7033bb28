import type { OutputStream } from '../context.ts';
import { printLines } from '../output.ts';
import type { Carried, Findings, NotCarried } from './findings.ts';

/** Tells what became of a source, for people. `quiet`: nothing but what requests will notice, and what is to be run. */
export function printReport(
  stream: OutputStream,
  source: string,
  { carried, notCarried }: Findings,
  commands: readonly string[],
  quiet: boolean,
): void {
  const gaps = notCarried.filter(({ essential }) => essential);
  const others = notCarried.filter(({ essential }) => !essential);
  if (!quiet)
    print(
      stream,
      'Carried:',
      carried.map((one) => formatCarried(source, one)),
    );
  print(
    stream,
    'NOT carried, and requests may notice:',
    gaps.map((one) => formatNotCarried(source, one)),
  );
  if (!quiet)
    print(
      stream,
      'Not carried, and no request notices:',
      others.map((one) => formatNotCarried(source, one)),
    );
  print(stream, 'To run once, with the --config or --data-dir of the server; each key is shown that once:', commands);
}

function print(stream: OutputStream, head: string, lines: readonly string[]): void {
  if (lines.length > 0) printLines(stream, [head, ...lines.map((line) => `  ${line}`), '']);
}

function formatCarried(source: string, { path, line, as, todo }: Carried): string {
  return oneLine(`${source}:${line}: ${path}: ${as}${todo === undefined ? '' : `. ${todo}`}`);
}

function formatNotCarried(source: string, { path, line, why, instead }: NotCarried): string {
  return oneLine(`${source}:${line}: ${path}: ${why}. ${instead}`);
}

/** Names come from a file of somebody else's: what would steer a terminal is taken out. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/\p{Cc}/gu, '?');
}
