// What a program on Windows gets to see of the arguments a user typed.

/** Windows PowerShell 5.1 and PowerShell up to 7.2: quotes around an argument with white space outside quotes, inner ones as they are. */
export function windowsPowerShell(...args: string[]): string[] {
  const line = args.map((arg) => {
    let quotes = 0;
    let bare = false;
    for (const [i, c] of [...arg].entries()) {
      if (c === '"' && arg[i - 1] !== '\\') quotes++;
      else if (/\s/.test(c) && quotes % 2 === 0) bare = true;
    }
    return bare ? `"${arg}"` : arg;
  });
  return splitCommandLine(line.join(' '));
}

/** cmd.exe hands the line on as it is. */
export const cmd = splitCommandLine;

/** How a program built with Microsoft's C runtime, curl.exe among them, splits its command line. */
function splitCommandLine(line: string): string[] {
  const args: string[] = [];
  let arg: string | undefined;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '\\') {
      const run = /^\\+/.exec(line.slice(i))?.[0].length ?? 0;
      i += run - 1;
      if (line[i + 1] !== '"') arg = (arg ?? '') + '\\'.repeat(run);
      else {
        arg = (arg ?? '') + '\\'.repeat(run >> 1);
        if (run % 2 === 1) {
          arg += '"';
          i++;
        }
      }
    } else if (c === '"') {
      if (quoted && line[i + 1] === '"') {
        arg = `${arg ?? ''}"`;
        i++;
      }
      quoted = !quoted;
      arg ??= '';
    } else if (!quoted && /\s/.test(c)) {
      if (arg !== undefined) args.push(arg);
      arg = undefined;
    } else arg = (arg ?? '') + c;
  }
  if (arg !== undefined) args.push(arg);
  return args;
}

/** The value of -d, and what curl takes for URLs beside it. */
export function curl(args: string[]): { body: string; urls: string[] } {
  const at = args.indexOf('-d');
  return { body: args[at + 1] ?? '', urls: args.filter((_, i) => i !== 0 && i !== at && i !== at + 1) };
}
