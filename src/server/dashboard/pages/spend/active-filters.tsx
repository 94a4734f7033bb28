import { Icon } from '../../components/icon.tsx';
import { formatName } from '../../format/name.ts';
import { changeQuery } from '../../state/route.ts';

const FILTERS = ['account', 'key', 'model', 'provider'] as const;

/** What the numbers are narrowed to; each can be taken away. */
export function ActiveFilters({ query }: { readonly query: URLSearchParams }) {
  const active = FILTERS.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  if (active.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters">
      {active.map(([name, value]) => (
        <li key={name} class="chip">
          <span class="muted">{formatName(name)}</span> {value}
          <button
            type="button"
            aria-label={`Take the filter ${name} away`}
            onClick={() => changeQuery({ [name]: undefined })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
