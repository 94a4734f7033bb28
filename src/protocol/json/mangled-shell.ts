import type { BodyView, MangledCause } from './mangled-body.ts';

/** Longer command lines no shell passes on Windows, and hardly anybody types. */
const MAX_ARGUMENT = 32_767;

const WINDOWS_QUOTING =
  'In PowerShell pipe it ($body | curl.exe --data-binary "@-"), use Invoke-RestMethod -Body $body, or curl.exe --% -d "{\\"model\\":...}"; in bash put it in single quotes; anywhere: --data-binary "@body.json".';

/** Bodies whose quotes a shell took away or left in. */
export const SHELL_CAUSES: readonly MangledCause[] = [
  ({ head }) =>
    head.startsWith("'")
      ? 'The body begins with a single quote: cmd.exe does not treat it as a quote and passes it on. In cmd.exe write -d "{\\"model\\":\\"...\\"}" with double quotes around and \\" inside, or send a file: curl --data-binary "@body.json".'
      : undefined,
  ({ head }) =>
    /^[{[]\s*(?:\\"|\\\\"|`")/.test(head)
      ? 'The characters that were to escape the double quotes arrived with them. Inside single quotes (bash, PowerShell 7.3 and later) write plain ": \'{"model":"..."}\'; write \\" only inside double quotes in bash and cmd.exe, and `" only inside double quotes in PowerShell.'
      : undefined,
  ({ head }) =>
    /^[{[]\s*""\w/.test(head)
      ? 'Every double quote arrived doubled. Inside single quotes (bash, PowerShell 7.3 and later) write it once: \'{"model":"..."}\'; or send a file: curl --data-binary "@body.json".'
      : undefined,
  (body) => {
    if (!lostQuotes(body)) return undefined;
    const lost =
      'The double quotes were lost: Windows PowerShell strips them from arguments of curl.exe, and so does any shell inside outer double quotes';
    if (isLeftover(body)) {
      return `${lost}. What arrived is only a part of the body, for the shell also split it. ${WINDOWS_QUOTING}`;
    }
    const cut = /[}\]]$/.test(body.tail) ? '' : ', which also cut the body at a space; the rest went to curl as URLs';
    return `${lost}${cut}. ${WINDOWS_QUOTING}`;
  },
  ({ head, bytes }) =>
    /^[A-Za-z_]\w*:\S*$/.test(head) && bytes.length <= 512
      ? 'The body was not in quotes, and bash split it at the commas of its braces (brace expansion). Put it in single quotes: -d \'{"model":"..."}\', or send a file: curl --data-binary "@body.json".'
      : undefined,
  ({ before, after }) =>
    /^["']\s*$/.test(after) && /[}\]]\s*$/.test(before)
      ? 'A quote that was to end the argument for the shell became part of the body. Use the same kind of quote on both sides; cmd.exe knows double quotes only.'
      : undefined,
];

/** Bodies that end too early, for want of a better explanation. */
export const TRUNCATION_CAUSES: readonly MangledCause[] = [
  (body) => {
    if (body.after !== '' || !/^[{[]/.test(body.head)) return undefined;
    if (body.bytes.length <= MAX_ARGUMENT && !hasSpace(body.bytes)) {
      return 'It ends where a space may have stood: the shell split an unquoted argument there (an apostrophe ends a single-quoted one too), and curl took the rest for URLs ("bad range", "unmatched brace", "[globbing]"). Quote the whole body, in bash "$body" or \'{...}\', in cmd.exe "{\\"model\\":...}", or send a file: curl --data-binary "@body.json".';
    }
    return 'The body was cut short: check that Content-Length counts bytes, not characters, and that nothing on the way limits the upload.';
  },
];

/** Names and values without quotes; where only the names lack them, it is JavaScript. */
function lostQuotes({ head }: BodyView): boolean {
  const first = /^(?:\[\s*)?\{\s*[A-Za-z_]\w*\s*:\s*(.?)/s.exec(head);
  if (first === null) return !head.includes('"') && /^[^{}[\]"]*[}\]]{2,}\s*$/.test(head);
  return /[A-Za-z]/.test(first[1] as string) || !/["'`]/.test(head);
}

function isLeftover({ head }: BodyView): boolean {
  const opened = head.match(/[{[]/g)?.length ?? 0;
  return (head.match(/[}\]]/g)?.length ?? 0) > opened || head.startsWith('[');
}

function hasSpace(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
