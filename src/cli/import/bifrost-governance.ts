import { GOVERNANCE_RULES, NONE } from './bifrost-left-out.ts';
import { TermsBook } from './bifrost-terms.ts';
import { virtualKeyCommand } from './bifrost-virtual-keys.ts';
import { accountCommand, toAccountName } from './commands.ts';
import type { ModelDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed } from './leave-out-rest.ts';
import { type Section, sectionOf } from './section.ts';

/** Command lines for the customers, teams and virtual keys of a file. */
export function readGovernance(
  governance: Section,
  models: Readonly<Record<string, ModelDraft>>,
  emptyIsAll: boolean,
  findings: Findings,
): readonly string[] {
  const terms = new TermsBook(governance, findings);
  const accounts = new Map<string, string>();
  const lines: string[] = [];
  for (const [list, link] of [
    ['customers', 'customer_id'],
    ['teams', 'team_id'],
  ] as const) {
    for (const owner of sectionsOf(governance, list)) {
      const id = owner.text('id') ?? '';
      const account = unusedName(toAccountName(owner.text('name') ?? id), new Set(accounts.values()));
      accounts.set(id, account);
      lines.push(accountCommand(account, terms.termsOf(owner, link)));
      findings.carry(owner.path, `the account ${account}`, 'Run its line.');
      if (list === 'teams' && owner.text('customer_id') !== undefined) {
        const instead = 'Give the keys of the team the account whose budget they must stay within.';
        findings.leaveOut(owner.at('customer_id'), noticed('an account has no other above it', instead));
      }
      owner.ignore('calendar_aligned', 'source_id', 'profile', 'config', 'claims', 'virtual_key_count', 'config_hash');
      leaveOutRest(owner, {}, NONE, findings);
    }
  }
  for (const key of sectionsOf(governance, 'virtual_keys')) {
    const line = virtualKeyCommand(key, { models, terms, accounts, emptyIsAll }, findings);
    if (line !== undefined) lines.push(line);
  }
  terms.leaveOutUnused();
  leaveOutRest(governance, GOVERNANCE_RULES, NONE, findings);
  return lines;
}

function sectionsOf(governance: Section, key: string): readonly Section[] {
  return (governance.list(key) ?? []).flatMap((item, index) => sectionOf([...governance.at(key), index], item) ?? []);
}

function unusedName(base: string, used: ReadonlySet<string>): string {
  let name = base;
  for (let number = 2; used.has(name); number += 1) name = `${base}-${number}`;
  return name;
}
