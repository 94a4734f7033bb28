/** How often the role of a labelled turn is told right. `bun test/router/roles.ts` prints it. */
import { decideRole } from '../../src/gateway/orchestra/decide.ts';
import { type Role, ROLES } from '../../src/gateway/orchestra/role.ts';
import { readTurn } from '../../src/gateway/orchestra/turn.ts';
import { readRequest } from '../../src/protocol/request.ts';
import { type LabelledTurn, readLabelled } from './labelled.ts';
import { bodyOf } from './labelled-body.ts';

/** Right ones among all. */
export interface Share {
  readonly right: number;
  readonly of: number;
}

export interface RolesReport {
  readonly all: Share;
  /** Those that markers are not tuned by. */
  readonly heldOut: Share;
  readonly languages: Readonly<Record<string, Share>>;
  /** `confusion[labelled][told]`: how many. */
  readonly confusion: Readonly<Record<Role, Readonly<Record<Role, number>>>>;
  /** Turns that were told wrong, and as what. */
  readonly wrong: readonly { readonly turn: LabelledTurn; readonly told: Role; readonly reason: string }[];
}

/** Each turn counts twice: once in either shape. */
export function evaluateRoles(): RolesReport {
  const languages: Record<string, { right: number; of: number }> = {};
  const all = { right: 0, of: 0 };
  const heldOut = { right: 0, of: 0 };
  const confusion = byRole(() => byRole(() => 0));
  const wrong: RolesReport['wrong'][number][] = [];
  for (const turn of readLabelled()) {
    const language = (languages[turn.language] ??= { right: 0, of: 0 });
    for (const shape of ['openai', 'anthropic'] as const) {
      const { role, reason } = tell(bodyOf(turn, shape));
      const right = role === turn.role;
      for (const share of [all, language, ...(turn.heldOut ? [heldOut] : [])]) {
        share.of++;
        if (right) share.right++;
      }
      confusion[turn.role][role]++;
      if (!right) wrong.push({ turn, told: role, reason });
    }
  }
  return { all, heldOut, languages, confusion, wrong };
}

function tell(body: object): { readonly role: Role; readonly reason: string } {
  const facts = readRequest(new TextEncoder().encode(JSON.stringify(body)));
  return decideRole(readTurn(facts), { asked: undefined, pinned: undefined, gain: () => 0.5 });
}

/** Prints the shares and the confusion matrix. */
export function printRoles(report: RolesReport = evaluateRoles()): void {
  const share = ({ right, of }: Share) => `${((100 * right) / of).toFixed(1)} % of ${of}`;
  console.log(`roles: ${share(report.all)}; held out: ${share(report.heldOut)}`);
  for (const [language, of] of Object.entries(report.languages)) console.log(`  ${language.padEnd(12)}${share(of)}`);
  console.log(`\n${'labelled as'.padEnd(12)}${ROLES.map((role) => role.slice(0, 8).padStart(9)).join('')}`);
  for (const role of ROLES) {
    const row = ROLES.map((told) => String(report.confusion[role][told] || '.').padStart(9));
    console.log(role.padEnd(12) + row.join(''));
  }
}

function byRole<T>(value: () => T): Record<Role, T> {
  return Object.fromEntries(ROLES.map((role) => [role, value()])) as Record<Role, T>;
}

if (import.meta.main) printRoles();
