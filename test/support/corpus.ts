/** Recorded traffic of real providers. It lies beside the project, not in it, so a test must live without it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from './gateway.ts';

export interface CorpusEntry {
  readonly id: string;
  readonly path: string;
  readonly shape: 'openai-chat' | 'anthropic-messages';
  readonly provider: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly status: number;
  readonly request: boolean;
  readonly response: string;
  readonly bytes: number;
  readonly provenance: string;
  readonly features: readonly string[];
}

const CORPUS = join(resolve(process.env.TH_SHARED ?? join(PROJECT_ROOT, '../shared')), 'corpus/open');

/** The index, or undefined (and a loud warning) when the corpus is not there. */
export function loadCorpus(): readonly CorpusEntry[] | undefined {
  const index = join(CORPUS, 'index.jsonl');
  if (!existsSync(index)) {
    console.warn(`\nTHE RECORDED CORPUS IS MISSING (${index}): THE TESTS THAT REPLAY IT ARE SKIPPED. SET TH_SHARED.\n`);
    return undefined;
  }
  return readFileSync(index, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CorpusEntry);
}

export function recordedResponse(entry: CorpusEntry): Uint8Array {
  return readFileSync(join(CORPUS, entry.path, entry.response));
}

/** The recorded request body, or undefined where none was recorded. */
export function recordedRequest(entry: CorpusEntry): unknown {
  return entry.request ? JSON.parse(readFileSync(join(CORPUS, entry.path, 'request.json'), 'utf8')) : undefined;
}
