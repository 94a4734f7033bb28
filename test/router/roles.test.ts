import { expect, test } from 'bun:test';
import { decideRole } from '../../src/gateway/orchestra/decide.ts';
import { ROLES } from '../../src/gateway/orchestra/role.ts';
import { RULES } from '../../src/gateway/orchestra/markers/rules.ts';
import { readTurn } from '../../src/gateway/orchestra/turn.ts';
import { readRequest } from '../../src/protocol/request.ts';
import { readLabelled } from './labelled.ts';
import { bodyOf } from './labelled-body.ts';
import { evaluateRoles } from './roles.ts';

const labelled = readLabelled();
const report = evaluateRoles();
const share = ({ right, of }: { readonly right: number; readonly of: number }) => right / of;

test('there are enough turns, of every role and of many languages, and a third of them is held out', () => {
  expect(labelled.length).toBeGreaterThan(500);
  expect(Object.keys(report.languages).length).toBeGreaterThanOrEqual(6);
  expect(ROLES.filter((role) => labelled.filter((turn) => turn.role === role).length < 8)).toEqual([]);
  const heldOut = labelled.filter((turn) => turn.heldOut).length / labelled.length;
  expect(heldOut).toBeGreaterThan(0.3);
});

test('nine of ten are told right, in every language and among those held out', () => {
  expect(share(report.all)).toBeGreaterThanOrEqual(0.9);
  expect(share(report.heldOut)).toBeGreaterThanOrEqual(0.9);
  expect(Object.entries(report.languages).filter(([, of]) => share(of) < 0.9)).toEqual([]);
});

test('chats are left to the score', () => {
  const chats = Object.values(report.confusion.chat).reduce((sum, count) => sum + count, 0);
  expect(report.confusion.chat.chat / chats).toBeGreaterThanOrEqual(0.97);
});

test('no reason repeats anything of the prompt', () => {
  const known = new Set(RULES.map(({ marker }) => `markers in the last user turn: ${marker}`));
  const reasons = new Set<string>();
  for (const turn of labelled) {
    for (const shape of ['openai', 'anthropic'] as const) {
      const body = JSON.stringify(bodyOf(turn, shape), (key, value: unknown) =>
        ['text', 'content', 'name'].includes(key) && typeof value === 'string' ? `${value} zqxjk` : value,
      );
      const facts = readRequest(new TextEncoder().encode(body));
      reasons.add(decideRole(readTurn(facts), { asked: undefined, pinned: undefined, gain: () => 0.5 }).reason);
    }
  }
  expect(reasons.size).toBeGreaterThan(15);
  expect([...reasons].filter((reason) => reason.includes('zqxjk'))).toEqual([]);
  expect([...reasons].filter((reason) => reason.startsWith('markers') && !known.has(reason))).toEqual([]);
});
