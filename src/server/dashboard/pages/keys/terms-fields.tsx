import type { ApiFailure } from '../../api/failure.ts';
import { type Budget, type Limits, type Period, PERIODS, type Terms } from '../../api/keys.ts';
import { faultOf } from '../../components/field.tsx';
import { SelectField } from '../../components/select-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { readLimit } from './read-limit.ts';

/** Limits as they are typed. */
export interface TermsDraft {
  readonly rpm: string;
  readonly tpm: string;
  readonly concurrency: string;
  readonly budget: string;
  readonly period: Period;
}

const PERIOD_NAMES: readonly (readonly [Period, string])[] = PERIODS.map((period) => [
  period,
  period === 'total' ? 'In all' : `Each ${period}`,
]);

export function draftOf(row?: Limits & { readonly budget: Budget | null }): TermsDraft {
  const text = (limit: number | null | undefined) => (limit == null ? '' : String(limit));
  return {
    rpm: text(row?.rpm),
    tpm: text(row?.tpm),
    concurrency: text(row?.concurrency),
    budget: row?.budget?.usd.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? '',
    period: row?.budget?.period ?? 'month',
  };
}

/** What the API takes: an empty field is no limit. */
export function termsOf({ rpm, tpm, concurrency, budget, period }: TermsDraft): Terms {
  return {
    rpm: readLimit(rpm),
    tpm: readLimit(tpm),
    concurrency: readLimit(concurrency),
    ...(budget.trim() === ''
      ? { budget_usd: null }
      : { budget_usd: budget.trim().replace(/^\$/, ''), budget_period: period }),
  };
}

interface TermsFieldsProps {
  readonly draft: TermsDraft;
  readonly failure: ApiFailure | undefined;
  readonly onChange: (draft: TermsDraft) => void;
}

export function TermsFields({ draft, failure, onChange }: TermsFieldsProps) {
  const set = (name: keyof TermsDraft) => (value: string) => onChange({ ...draft, [name]: value });
  return (
    <fieldset class="group">
      <legend>Limits</legend>
      <p class="hint">An empty field is no limit.</p>
      <div class="fields">
        <TextField
          label="Requests a minute"
          inputMode="numeric"
          value={draft.rpm}
          onInput={set('rpm')}
          fault={faultOf(failure, 'rpm')}
        />
        <TextField
          label="Tokens a minute"
          inputMode="numeric"
          value={draft.tpm}
          onInput={set('tpm')}
          fault={faultOf(failure, 'tpm')}
        />
        <TextField
          label="Requests at a time"
          inputMode="numeric"
          value={draft.concurrency}
          onInput={set('concurrency')}
          fault={faultOf(failure, 'concurrency')}
        />
      </div>
      <div class="fields">
        <TextField
          label="Budget, US dollars"
          inputMode="decimal"
          value={draft.budget}
          onInput={set('budget')}
          fault={faultOf(failure, 'budget_usd', 'budget')}
        />
        <SelectField
          label="Budget for"
          value={draft.period}
          options={PERIOD_NAMES}
          onChange={(period) => onChange({ ...draft, period })}
          fault={faultOf(failure, 'budget_period')}
        />
      </div>
    </fieldset>
  );
}
