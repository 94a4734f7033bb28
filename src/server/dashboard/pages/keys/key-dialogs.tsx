import { useState } from 'preact/hooks';
import type { AccountRow } from '../../api/accounts.ts';
import { changeKey, createKey, type KeyRow, type NewKey, revokeKey, rotateKey } from '../../api/keys.ts';
import { Confirm } from '../../components/confirm.tsx';
import { SelectField } from '../../components/select-field.tsx';
import { announce } from '../../state/announce.ts';
import { KeyForm } from './key-form.tsx';

export type KeyTask =
  { readonly kind: 'create' } | { readonly kind: 'change' | 'rotate' | 'revoke'; readonly row: KeyRow };

const GRACES = [
  ['24h', 'a day'],
  ['1h', 'an hour'],
  ['168h', 'a week'],
  ['0s', 'no longer'],
] as const;
type Grace = (typeof GRACES)[number][0];

interface KeyDialogsProps {
  readonly task: KeyTask;
  readonly accounts: readonly AccountRow[];
  readonly onClose: () => void;
  /** With a key, where one was made. */
  readonly onDone: (made: NewKey | undefined) => void;
}

export function KeyDialogs({ task, accounts, onClose, onDone }: KeyDialogsProps) {
  const [grace, setGrace] = useState<Grace>('24h');
  switch (task.kind) {
    case 'create':
      return <KeyForm accounts={accounts} onClose={onClose} onSave={async (draft) => onDone(await createKey(draft))} />;
    case 'change': {
      const { id } = task.row;
      const save = async ({
        account: _account,
        test: _test,
        expires_at: _expires,
        ...change
      }: Parameters<typeof createKey>[0]) => {
        const changed = await changeKey(id, change);
        announce(`Changed ${changed.name}`);
        onDone(undefined);
      };
      return <KeyForm row={task.row} accounts={accounts} onClose={onClose} onSave={save} />;
    }
    case 'rotate':
      return (
        <Confirm
          title={`Rotate ${task.row.name}`}
          deed="Make the new key"
          kind="primary"
          onClose={onClose}
          onConfirm={async () => onDone(await rotateKey(task.row.id, grace))}
        >
          <p>A new key takes over name, account, limits and budget.</p>
          <SelectField label="The old key works for" value={grace} options={GRACES} onChange={setGrace} />
        </Confirm>
      );
    case 'revoke':
      return (
        <Confirm
          title={`Revoke ${task.row.name}?`}
          deed="Revoke the key"
          onClose={onClose}
          onConfirm={async () => {
            const { name } = await revokeKey(task.row.id);
            announce(`Revoked ${name}`);
            onDone(undefined);
          }}
        >
          <p>
            Clients with <code>{task.row.prefix}…</code> are refused within a second. This cannot be taken back; what
            was spent stays on the bill.
          </p>
        </Confirm>
      );
  }
}
