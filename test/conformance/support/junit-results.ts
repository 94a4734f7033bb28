export interface TestResult {
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'skipped';
}

/** The tests of a JUnit report as `bun test --reporter=junit` writes it. */
export function readResults(xml: string): TestResult[] {
  const results: TestResult[] = [];
  for (const [, attributes = '', rest = ''] of xml.matchAll(/<testcase\b([^>]*?)(\/>|>[\s\S]*?<\/testcase>)/g)) {
    const name = unescapeXml(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '');
    const outcome = /<(failure|error)\b/.test(rest) ? 'fail' : /<skipped\b/.test(rest) ? 'skipped' : 'pass';
    results.push({ name, outcome });
  }
  return results;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    return ENTITIES[entity] ?? whole;
  });
}
