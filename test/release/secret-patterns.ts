/** What a secret looks like, for looking into files. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'a key of ours': /thk_(?:live|test)_[0-9A-Za-z]{54}(?![0-9A-Za-z])/g,
  'an OpenAI key': /sk-(?:proj-)?[0-9A-Za-z]{32,}/g,
  'an Anthropic key': /sk-ant-[a-z0-9]+-[0-9A-Za-z_-]{24,}/g,
  'an AWS key': /(?<![0-9A-Z])AKIA[0-9A-Z]{16}(?![0-9A-Z])/g,
  'a Google key': /AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g,
  'a GitHub token': /gh[pousr]_[0-9A-Za-z]{36}/g,
  'an npm token': /npm_[0-9A-Za-z]{36}/g,
  'a private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[0-9A-Za-z+/=]{40}/g,
  'a password in an address': /[a-z]+:\/\/[0-9a-z_]+:[^\s:@/'"`<>${}\\]{8,}@[0-9a-z.-]+\.[a-z]{2,}/g,
};

/** What looks like a secret in some bytes, in bytes (`latin1`) and in UTF-16, in which engines keep some texts. */
export function findSecrets(bytes: Buffer): string[] {
  const found = new Set<string>();
  for (const text of [bytes.toString('latin1'), bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')]) {
    for (const [kind, pattern] of Object.entries(PATTERNS)) {
      for (const [match] of text.matchAll(pattern)) found.add(`${kind}: ${match.slice(0, 24)}`);
    }
  }
  return [...found].toSorted();
}
