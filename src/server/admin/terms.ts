import { Type } from '@sinclair/typebox';
import { BUDGET_PERIODS, type BudgetPeriod } from '../../accounts/ledger/period.ts';
import { type Limits, MAX_LIMIT } from '../../accounts/limits/ports.ts';
import { formatUsd } from '../../accounts/pricing.ts';
import type { BudgetTerms } from '../../accounts/store/ports.ts';
import type { TermsChange } from '../../accounts/terms.ts';
import { Choice } from '../../config/schema-kinds.ts';
import { parseUsd } from '../../config/units.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { Fields, Nullable, Usd } from './schema.ts';

const Limit = Nullable(Type.Integer({ minimum: 1, maximum: MAX_LIMIT }));
const Period = Choice(BUDGET_PERIODS, { description: 'What a budget is for: it begins anew with each.' });

/** What a key or an account may use and spend, as a form has it; what is left out stays, and null ends it. */
export const TERMS = {
  rpm: Type.Optional(Limit),
  tpm: Type.Optional(Limit),
  concurrency: Type.Optional(Limit),
  budget_usd: Type.Optional(Nullable(Usd)),
  budget_period: Type.Optional(Period),
};

/** The same as an answer has it. */
export const TERMS_TOLD = {
  rpm: Limit,
  tpm: Limit,
  concurrency: Limit,
  budget: Nullable(Fields({ usd: Usd, period: Period })),
};

export interface TermsForm extends Partial<Limits> {
  readonly budget_usd?: string | null;
  readonly budget_period?: BudgetPeriod;
}

/** Of something new: a budget without a period is one for each month. */
export function newTerms(form: TermsForm): { readonly limits: Partial<Limits>; readonly budget: BudgetTerms | null } {
  const { limits = {}, budget } = changeOf(form);
  if (budget === undefined || budget === null) return { limits, budget: null };
  const { limitNano, period = 'month' } = budget;
  if (limitNano === undefined) {
    throw new ApiError('missing_required_parameter', 'budget_usd: is missing; a period is a budget’s', {
      param: 'budget_usd',
    });
  }
  return { limits, budget: { limitNano, period } };
}

export function changeOf({ budget_usd: usd, budget_period: period, ...form }: TermsForm): TermsChange {
  const limits: Partial<Record<keyof Limits, number | null>> = {};
  for (const name of ['rpm', 'tpm', 'concurrency'] as const) {
    const limit = form[name];
    if (limit !== undefined) limits[name] = limit;
  }
  if (usd === undefined && period === undefined) return { limits };
  if (usd === null) {
    if (period === undefined) return { limits, budget: null };
    throw new ApiError('invalid_value', 'budget_period: no budget has a period', { param: 'budget_period' });
  }
  const limitNano = usd === undefined ? {} : { limitNano: readUsd('budget_usd', usd) };
  return { limits, budget: { ...limitNano, ...(period === undefined ? {} : { period }) } };
}

/** US dollars as decimal text, in nano-dollars. */
export function readUsd(param: string, text: string, signed = false): bigint {
  const isNegative = signed && text.startsWith('-');
  const nano = parseUsd(isNegative ? text.slice(1) : text);
  if (nano === undefined || text.length > 30) {
    throw new ApiError('invalid_value', `${param}: expected US dollars as text, such as "25" or "0.5"`, { param });
  }
  return isNegative ? -nano : nano;
}

export function termsTold({ limits, budget }: { readonly limits: Limits; readonly budget: BudgetTerms | null }) {
  const { rpm, tpm, concurrency } = limits;
  return {
    rpm,
    tpm,
    concurrency,
    budget: budget === null ? null : { usd: formatUsd(budget.limitNano), period: budget.period },
  };
}

/** A moment as answers have it. */
export function momentOf(unixMs: number | null): string | null {
  return unixMs === null ? null : new Date(unixMs).toISOString();
}
