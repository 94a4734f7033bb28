import { useState } from 'preact/hooks';
import { REQUEST_FILTERS, type RequestFilter } from '../../api/requests.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { formatPlural } from '../../format/count.ts';
import { changeQuery } from '../../state/route.ts';
import { FilterForm } from './filter-form.tsx';

const NONE = Object.fromEntries([...REQUEST_FILTERS, 'before'].map((name) => [name, undefined]));

/** Filters live in the address, so that a view can be kept and passed on. */
export function RequestFilters({ query }: { readonly query: URLSearchParams }) {
  const active = REQUEST_FILTERS.filter((name: RequestFilter) => name !== 'state' && query.has(name)).length;
  const [isOpen, setOpen] = useState(active > 0);
  const state = query.get('state');
  return (
    <div class="filters">
      <div class="controls">
        <Choice
          legend="State"
          value={state === 'ok' || state === 'failed' ? state : 'all'}
          options={[
            ['all', 'All'],
            ['ok', 'Answered'],
            ['failed', 'Failed'],
          ]}
          onChange={(next) => changeQuery({ state: next === 'all' ? undefined : next, before: undefined })}
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
          <Button kind="quiet" icon="close" onClick={() => changeQuery(NONE)}>
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
