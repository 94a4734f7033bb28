import { ICON_PATHS, type IconName } from './icon-paths.ts';

/** Says nothing to a screen reader: what it means stands beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={ICON_PATHS[name]} />
    </svg>
  );
}
