import { useState } from 'preact/hooks';
import { REQUEST_FILTERS, type RequestFilter } from '../../api/requests.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { formatPlural } from '../../format/count.ts';
import { changeQuery } from '../../state/route.ts';

const FIELDS: readonly (readonly [name: RequestFilter, label: string, type: 'text' | 'date', placeholder: string])[] = [
  ['model', 'Model', 'text', 'openai/gpt-5-mini'],
  ['provider', 'Provider', 'text', 'openai'],
  ['account', 'Account', 'text', 'default'],
  ['key', 'Key', 'text', 'key_…'],
  ['outcome', 'Outcome', 'text', 'client_abort'],
  ['id', 'Request', 'text', 'req_th_…'],
  ['since', 'From', 'date', ''],
  ['until', 'To', 'date', ''],
];

/** Filters live in the address, so that a view can be kept and passed on. */
export function RequestFilters({ query }: { readonly query: URLSearchParams }) {
  const active = FIELDS.filter(([name]) => query.has(name)).length;
  const [isOpen, setOpen] = useState(active > 0);
  return (
    <div class="filters">
      <div class="controls">
        <Choice
          legend="State"
          value={query.get('state') === 'ok' ? 'ok' : query.get('state') === 'failed' ? 'failed' : 'all'}
          options={[
            ['all', 'All'],
            ['ok', 'Answered'],
            ['failed', 'Failed'],
          ]}
          onChange={(state) => changeQuery({ state: state === 'all' ? undefined : state, before: undefined })}
        />
        <button
          type="button"
          class="button button-plain"
          aria-expanded={isOpen}
          aria-controls="request-filters"
          onClick={() => setOpen(!isOpen)}
        >
          {active === 0 ? 'Filter' : formatPlural(active, 'filter')}
        </button>
        {active > 0 && (
          <Button
            kind="quiet"
            icon="close"
            onClick={() =>
              changeQuery(Object.fromEntries([...REQUEST_FILTERS, 'before'].map((name) => [name, undefined])))
            }
          >
            Clear
          </Button>
        )}
      </div>
      <div id="request-filters" hidden={!isOpen}>
        {isOpen && <FilterForm key={query.toString()} query={query} />}
      </div>
    </div>
  );
}

function FilterForm({ query }: { readonly query: URLSearchParams }) {
  const [values, setValues] = useState<Readonly<Partial<Record<RequestFilter, string>>>>(() =>
    Object.fromEntries(FIELDS.map(([name]) => [name, query.get(name) ?? ''])),
  );
  return (
    <form
      class="filter-form"
      role="search"
      aria-label="Requests"
      onSubmit={(event) => {
        event.preventDefault();
        changeQuery({ ...values, before: undefined });
      }}
    >
      {FIELDS.map(([name, label, type, placeholder]) => (
        <TextField
          key={name}
          label={label}
          type={type}
          placeholder={placeholder}
          value={values[name] ?? ''}
          onInput={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <Button kind="primary" type="submit" icon="filter">
        Show
      </Button>
    </form>
  );
}
