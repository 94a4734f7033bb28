import type { ComponentChildren } from 'preact';

interface TileProps {
  readonly label: string;
  readonly children: ComponentChildren;
  /** What stands below the value. */
  readonly note?: ComponentChildren;
  readonly tone?: 'bad' | 'warn' | undefined;
  readonly chart?: ComponentChildren;
}

/** One number that matters. It keeps its height whatever it shows. */
export function Tile({ label, children, note, tone, chart }: TileProps) {
  return (
    <div class={`tile${tone === undefined ? '' : ` tile-${tone}`}`}>
      <dt>{label}</dt>
      <dd>
        <span class="tile-value">{children}</span>
        <span class="tile-note">{note ?? '\u00A0'}</span>
        {chart}
      </dd>
    </div>
  );
}

export function Tiles({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <dl class="tiles" aria-label={label}>
      {children}
    </dl>
  );
}
