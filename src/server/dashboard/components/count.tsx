import { formatCount } from '../format/count.ts';
import { Nothing } from './money.tsx';

export function Count({ of }: { readonly of: number | null | undefined }) {
  return of == null ? <Nothing /> : <span class="number">{formatCount(of)}</span>;
}
