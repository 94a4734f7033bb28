import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api/failure.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface NoticeProps {
  readonly tone: 'bad' | 'warn' | 'accent';
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly icon?: IconName;
}

export function Notice({ tone, title, children, actions, icon = 'alert' }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'accent' ? 'status' : 'alert'}>
      <Icon name={icon} />
      <div>
        <strong>{title}</strong>
        {children !== undefined && <div>{children}</div>}
      </div>
      {actions !== undefined && <div class="actions">{actions}</div>}
    </div>
  );
}

/** Why something could not be shown, and what to do about it. */
export function FailureNotice({
  failure,
  what,
  onRetry,
}: {
  readonly failure: ApiFailure;
  readonly what: string;
  readonly onRetry?: () => void;
}) {
  const retry =
    onRetry === undefined
      ? {}
      : {
          actions: (
            <Button small icon="rotate" onClick={onRetry}>
              Try again
            </Button>
          ),
        };
  return (
    <Notice tone="bad" title={`${what} could not be read`} {...retry}>
      {failure.message} {adviceOn(failure)}
    </Notice>
  );
}

function adviceOn({ status, code }: ApiFailure): string {
  if (status === 0) return 'The page goes on as soon as it answers.';
  if (status === 429) return 'Wait a moment before the next try.';
  if (status >= 500) return `The gateway's log has the cause (${code}).`;
  return '';
}
