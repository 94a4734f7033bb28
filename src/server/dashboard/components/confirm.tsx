import type { ComponentChildren } from 'preact';
import { useSubmission } from '../state/submit.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button says: the deed itself. */
  readonly deed: string;
  readonly kind?: 'danger' | 'primary';
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, children, deed, kind = 'danger', onConfirm, onClose }: ConfirmProps) {
  const { isBusy, failure, run } = useSubmission();
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="dialog-body">{children}</div>
      {failure !== undefined && (
        <Notice tone="bad" title="Nothing was changed">
          {failure.message}
        </Notice>
      )}
      <footer class="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind={kind} isBusy={isBusy} onClick={() => void run(onConfirm)}>
          {deed}
        </Button>
      </footer>
    </Dialog>
  );
}
