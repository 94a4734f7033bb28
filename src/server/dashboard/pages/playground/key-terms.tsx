import { readAccounts } from '../../api/accounts.ts';
import { SelectField } from '../../components/select-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useLoad } from '../../state/load.ts';

/** Who pays for the playground, and how much at most. */
export interface KeyTerms {
  readonly account: string;
  /** US dollars. */
  readonly budget: string;
}

export const DEFAULT_TERMS: KeyTerms = { account: 'default', budget: '1' };

interface KeyTermsFieldsProps {
  readonly terms: KeyTerms;
  readonly keyPrefix: string | undefined;
  readonly onChange: (terms: KeyTerms) => void;
}

export function KeyTermsFields({ terms, keyPrefix, onChange }: KeyTermsFieldsProps) {
  const { data } = useLoad('accounts', readAccounts);
  const accounts = [...new Set([terms.account, 'default', ...(data ?? []).map(({ id }) => id)])];
  return (
    <details class="key-terms">
      <summary>
        {keyPrefix === undefined
          ? `The first request makes a test key for 12 hours: ${terms.account} pays, up to $${terms.budget}`
          : `With the test key ${keyPrefix}…, which this page alone remembers: ${terms.account} pays, up to $${terms.budget}`}
      </summary>
      <div class="fields">
        <SelectField
          label="Account"
          value={terms.account}
          options={accounts.map((id) => [id, id] as const)}
          onChange={(account) => onChange({ ...terms, account })}
        />
        <TextField
          label="Budget, US dollars"
          inputMode="decimal"
          value={terms.budget}
          onInput={(budget) => onChange({ ...terms, budget })}
          hint="A change makes another key."
        />
      </div>
    </details>
  );
}
