import { KeysPage } from '../pages/keys/keys-page.tsx';
import { ModelsPage } from '../pages/models/models-page.tsx';
import { NowPage } from '../pages/now/now-page.tsx';
import { PlaygroundPage } from '../pages/playground/playground-page.tsx';
import { RequestPage } from '../pages/requests/request-page.tsx';
import { RequestsPage } from '../pages/requests/requests-page.tsx';
import { SpendPage } from '../pages/spend/spend-page.tsx';
import type { Place } from '../state/place.ts';
import { NoPage } from './no-page.tsx';

/** The page that an address names. */
export function PageOf({ place: { path, query } }: { readonly place: Place }) {
  const [name = 'now', id] = path;
  switch (name) {
    case 'now':
      return <NowPage />;
    case 'spend':
      return <SpendPage query={query} />;
    case 'requests':
      return id === undefined ? <RequestsPage query={query} /> : <RequestPage key={id} id={id} />;
    case 'keys':
      return <KeysPage query={query} />;
    case 'models':
      return <ModelsPage query={query} />;
    case 'playground':
      return <PlaygroundPage query={query} />;
    default:
      return <NoPage name={name} />;
  }
}
