import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface EmptyProps {
  readonly title: string;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** Nothing to show: why, and what to do next. */
export function Empty({ title, icon = 'empty', children, action }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      <p>{children}</p>
      {action}
    </div>
  );
}
