import { useEffect, useState } from 'preact/hooks';
import { linkTo, type Place, readPlace } from './place.ts';

export function goTo(address: string): void {
  location.hash = address;
}

/** Changes some of the query, in place of an entry of its own in the browser's history. */
export function changeQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = readPlace(location.hash);
  history.replaceState(null, '', linkTo(path, { ...Object.fromEntries(query), ...change }));
  // A replaced address is told to nobody.
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const read = () => setPlace(readPlace(location.hash));
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  return place;
}
