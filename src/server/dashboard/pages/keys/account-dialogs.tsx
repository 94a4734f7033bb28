import type { AccountRow } from '../../api/accounts.ts';
import { AccountForm } from './account-form.tsx';
import { CreditsDialog } from './credits-dialog.tsx';

export type AccountTask =
  { readonly kind: 'create' } | { readonly kind: 'set up' | 'change' | 'credits'; readonly row: AccountRow };

interface AccountDialogsProps {
  readonly task: AccountTask;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function AccountDialogs({ task, onClose, onDone }: AccountDialogsProps) {
  switch (task.kind) {
    case 'create':
      return <AccountForm onClose={onClose} onDone={onDone} />;
    case 'set up':
      return <AccountForm name={task.row.id} onClose={onClose} onDone={onDone} />;
    case 'change':
      return <AccountForm row={task.row} onClose={onClose} onDone={onDone} />;
    case 'credits':
      return <CreditsDialog account={task.row} onClose={onClose} onDone={onDone} />;
  }
}
