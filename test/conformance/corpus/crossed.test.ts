/** Every recorded answer, to a client of the other shape, as the official SDKs and the AI SDK see it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { loadCorpus, recordedResponse } from '../../support/corpus.ts';
import { cross } from './crossing.ts';
import { differencesOf, type Difference } from './differences.ts';
import { CROSSED_EXCEPTIONS } from './exceptions.ts';
import { expectationOf, readPlain } from './expectation.ts';

setDefaultTimeout(60_000);

const corpus = loadCorpus();
const answers = (corpus ?? []).filter(({ status }) => status >= 200 && status < 300);

describe.skipIf(corpus === undefined)('nothing of an answer is lost on the way to the other shape', () => {
  test.each(answers.map((entry) => [entry.path, entry] as const))('%s', async (path, entry) => {
    const recorded = recordedResponse(entry);
    const should = expectationOf(entry, readPlain(entry, Buffer.from(recorded).toString()));
    const { clients, violation, refused } = await cross(entry, recorded);
    const found: Difference[] = clients.flatMap((client) => differencesOf(client, should));
    if (violation !== undefined) found.push({ aspect: 'grammar', client: 'any', is: violation, should: 'none' });
    if (refused !== undefined && !should.failed) {
      found.push({ aspect: 'error', client: 'any', is: refused.message, should: 'an answer' });
    }
    const exception = CROSSED_EXCEPTIONS[path];
    if (exception === undefined) expect(found).toEqual([]);
    else expect([...new Set(found.map(({ aspect }) => aspect))].sort()).toEqual([...exception.aspects].sort());
  });

  test('every listed exception is a recording', () => {
    const paths = new Set(answers.map(({ path }) => path));
    expect(Object.keys(CROSSED_EXCEPTIONS).filter((path) => !paths.has(path))).toEqual([]);
    expect(answers.length).toBeGreaterThan(600);
  });
});
