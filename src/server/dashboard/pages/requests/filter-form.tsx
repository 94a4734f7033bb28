import { useState } from 'preact/hooks';
import { OUTCOMES, type RequestFilter } from '../../api/requests.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/select-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { linkTo } from '../../state/place.ts';
import { changeQuery, goTo } from '../../state/route.ts';
import { describeOutcome } from './outcome.ts';

type Values = Readonly<Partial<Record<RequestFilter | 'id', string>>>;

const TEXTS: readonly (readonly [name: RequestFilter | 'id', label: string, placeholder: string])[] = [
  ['model', 'Model', 'openai/gpt-5-mini'],
  ['provider', 'Provider', 'openai'],
  ['account', 'Account', 'default'],
  ['key', 'Key', 'key_…'],
  ['id', 'Request', 'req_th_…'],
];

export function FilterForm({ query }: { readonly query: URLSearchParams }) {
  const [values, setValues] = useState<Values>(() => Object.fromEntries(query));
  const set = (name: RequestFilter | 'id') => (value: string) => setValues({ ...values, [name]: value.trim() });
  const show = () => {
    const { id = '', ...filters } = values;
    // One request has a page of its own.
    if (id !== '') goTo(linkTo(['requests', id]));
    else changeQuery({ ...filters, before: undefined });
  };
  return (
    <form
      class="filter-form"
      role="search"
      aria-label="Requests"
      onSubmit={(event) => {
        event.preventDefault();
        show();
      }}
    >
      {TEXTS.map(([name, label, placeholder]) => (
        <TextField key={name} label={label} placeholder={placeholder} value={values[name] ?? ''} onInput={set(name)} />
      ))}
      <SelectField
        label="Outcome"
        value={values.outcome ?? ''}
        options={[['', 'Any'], ...OUTCOMES.map((outcome) => [outcome, nameOf(outcome)] as const)]}
        onChange={set('outcome')}
      />
      <TextField label="From" type="date" value={values.since ?? ''} onInput={set('since')} />
      <TextField label="To" type="date" value={values.until ?? ''} onInput={set('until')} />
      <Button kind="primary" type="submit" icon="filter">
        Show
      </Button>
    </form>
  );
}

function nameOf(outcome: string): string {
  return describeOutcome({ outcome, error_code: null })[1];
}
