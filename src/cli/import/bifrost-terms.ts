import { cutDecimals, shiftDecimal } from './amounts.ts';
import type { TermsDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { noticed } from './leave-out-rest.ts';
import { isMinute, periodOf } from './periods.ts';
import { type Section, sectionOf } from './section.ts';

const PERIODS = 'Choose day, week, month or total, with --budget-period.';

/** Budgets and limits of the file, for who refers to them or is referred to by them. */
export class TermsBook {
  readonly #budgets: readonly Section[];
  readonly #limits: readonly Section[];
  readonly #used = new Set<Section>();
  readonly #findings: Findings;

  constructor(governance: Section, findings: Findings) {
    const read = (key: string): readonly Section[] =>
      (governance.list(key) ?? []).flatMap((item, index) => sectionOf([...governance.at(key), index], item) ?? []);
    this.#budgets = read('budgets');
    this.#limits = read('rate_limits');
    this.#findings = findings;
  }

  /** What an owner may use; `link`: the member by which a budget names its owner. */
  termsOf(owner: Section, link: string): TermsDraft {
    const id = owner.text('id');
    const inline = (owner.list('budgets') ?? []).flatMap(
      (item, index) => sectionOf([...owner.at('budgets'), index], item) ?? [],
    );
    const named = [owner.text('budget_id')];
    const budgets = [
      ...inline,
      ...this.#budgets.filter(
        (budget) => named.includes(textAt(budget, 'id')) || (id !== undefined && textAt(budget, link) === id),
      ),
    ];
    const limitId = owner.text('rate_limit_id');
    const limits = this.#limits.filter((limit) => limitId !== undefined && textAt(limit, 'id') === limitId);
    for (const one of [...budgets, ...limits]) this.#used.add(one);
    return { ...this.#budget(budgets), ...this.#limit(limits[0]) };
  }

  /** Those that nobody has who was carried. */
  leaveOutUnused(): void {
    for (const one of [...this.#budgets, ...this.#limits]) {
      if (this.#used.has(one)) continue;
      const instead = 'Budgets and limits are those of keys and accounts: `keys create`, `accounts create`.';
      this.#findings.leaveOut(one.path, noticed('belongs to no key and no account that is carried', instead));
    }
  }

  #budget(budgets: readonly Section[]): TermsDraft {
    let terms: TermsDraft = {};
    for (const budget of budgets) {
      const amount = shiftDecimal(budget.text('max_limit') ?? '', 0);
      const period = periodOf(budget.text('reset_duration') ?? '');
      if (amount === undefined || period === undefined) {
        this.#findings.leaveOut(budget.path, noticed('there is no such period', PERIODS));
      } else if (terms.budget !== undefined) {
        this.#findings.leaveOut(budget.path, noticed('there is one budget for each key and account', PERIODS));
      } else {
        terms = { budget: cutDecimals(amount), period };
        this.#findings.carry(budget.path, `--budget ${cutDecimals(amount)} --budget-period ${period}`);
      }
    }
    return terms;
  }

  #limit(limit: Section | undefined): TermsDraft {
    if (limit === undefined) return {};
    const read = (kind: 'request' | 'token', flag: 'rpm' | 'tpm') => {
      const count = limit.number(`${kind}_max_limit`);
      if (count === undefined) return {};
      const at = limit.at(`${kind}_max_limit`);
      if (isMinute(limit.text(`${kind}_reset_duration`) ?? '') && Number.isInteger(count) && count > 0) {
        this.#findings.carry(at, `--${flag} ${count}`);
        return { [flag]: count };
      }
      this.#findings.leaveOut(at, noticed('limits are for each minute', `Choose what a minute may have: --${flag} N.`));
      return {};
    };
    return { ...read('request', 'rpm'), ...read('token', 'tpm') };
  }
}

function textAt(section: Section, key: string): string | undefined {
  const value = section.peek(key);
  return typeof value === 'string' ? value : undefined;
}
