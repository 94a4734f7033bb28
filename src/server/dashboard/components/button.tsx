import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly type?: 'button' | 'submit';
  readonly isBusy?: boolean;
  readonly disabled?: boolean;
  readonly small?: boolean;
  /** What a screen reader says, where the text alone would not tell which thing it is about. */
  readonly label?: string;
  readonly onClick?: () => void;
}

export function Button({
  children,
  kind = 'plain',
  icon,
  type = 'button',
  isBusy = false,
  disabled = false,
  small = false,
  label,
  onClick,
}: ButtonProps) {
  return (
    <button
      class={`button button-${kind}${small ? ' button-small' : ''}`}
      type={type}
      // Not `disabled` while it is busy: that would take the focus away.
      aria-disabled={isBusy || undefined}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => {
        if (!isBusy) onClick?.();
      }}
    >
      {isBusy ? <span class="spinner" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}
