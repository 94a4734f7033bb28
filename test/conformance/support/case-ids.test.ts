import { describe, expect, test } from 'bun:test';
import { CASES, claimOf, COMPLAINTS } from './case-ids.ts';
import { readResults } from './junit-results.ts';
import { NOT_TESTED } from './not-tested.ts';

describe('what the conformance report reads', () => {
  test('the ids a test’s name begins with', () => {
    expect(claimOf('C057 no-index, A5: two calls (C058: not)')).toEqual({
      ids: ['C057', 'A5'],
      proves: 'two calls (C058: not)',
    });
    expect(claimOf('C111, C112, fault 39, crlf: whole')).toEqual({ ids: ['C111', 'C112'], proves: 'whole' });
    expect(claimOf('C014: M1, M2: the limit')).toEqual({ ids: ['C014', 'M1', 'M2'], proves: 'the limit' });
    expect(claimOf('C014 without words')).toBeUndefined();
    expect(claimOf('fault 39, C111: whole')).toBeUndefined();
    expect(claimOf('A stream: of words')).toBeUndefined();
    expect(claimOf('P3: the same')).toEqual({ ids: ['P3'], proves: 'the same' });
  });

  test('every test of a runner’s report, with how it ended', () => {
    const xml = `<testsuites><testsuite name="t"><testcase name="C001: a &quot;b&quot; &lt;c&gt; &amp;amp;" file="x" />
      <testcase name="C002: b" file="x"><failure type="AssertionError" message="no">no</failure></testcase>
      <testcase name="C003: c" file="x">
        <skipped /></testcase></testsuite></testsuites>`;
    expect(readResults(xml)).toEqual([
      { name: 'C001: a "b" <c> &amp;', outcome: 'pass' },
      { name: 'C002: b', outcome: 'fail' },
      { name: 'C003: c', outcome: 'skipped' },
    ]);
  });

  test('136 cases and 145 complaints are known, and only known complaints are excused', () => {
    expect(CASES).toHaveLength(136);
    expect(COMPLAINTS).toHaveLength(145);
    for (const id of Object.keys(NOT_TESTED)) expect(COMPLAINTS).toContain(id);
  });
});
