import { useState } from 'preact/hooks';
import type { AccountRow } from '../../api/accounts.ts';
import type { KeyDraft, KeyRow } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { faultOf } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { SelectField } from '../../components/select-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSubmission } from '../../state/submit.ts';
import { draftOf, TermsFields, termsOf } from './terms-fields.tsx';

interface KeyFormProps {
  /** The key that is changed; left out, one is made. */
  readonly row?: KeyRow;
  readonly accounts: readonly AccountRow[];
  readonly onClose: () => void;
  readonly onSave: (draft: KeyDraft) => Promise<void>;
}

export function KeyForm({ row, accounts, onClose, onSave }: KeyFormProps) {
  const [name, setName] = useState(row?.name ?? '');
  const [account, setAccount] = useState(row?.account ?? 'default');
  const [kind, setKind] = useState<'live' | 'test'>('live');
  const [models, setModels] = useState(row?.models?.join(', ') ?? '');
  const [expires, setExpires] = useState('');
  const [terms, setTerms] = useState(() => draftOf(row));
  const { isBusy, failure, run } = useSubmission();
  const globs = models.split(/[\s,]+/).filter(Boolean);
  const isNew = row === undefined;
  const save = () => {
    const draft: KeyDraft = { name: name.trim(), ...termsOf(terms), models: globs.length === 0 ? null : globs };
    if (!isNew) return onSave(draft);
    const given = Object.fromEntries(
      Object.entries(draft).filter(([, value]) => value !== null),
    ) as unknown as KeyDraft;
    return onSave({
      ...given,
      account,
      ...(kind === 'test' ? { test: true } : {}),
      ...(expires === '' ? {} : { expires_at: `${expires}T00:00:00Z` }),
    });
  };
  return (
    <Dialog title={isNew ? 'Create a key' : `Change ${row.name}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save);
        }}
      >
        <TextField
          label="Name"
          required
          value={name}
          onInput={setName}
          placeholder="billing-service"
          hint="Who or what it is for; it stands on the bill."
          fault={faultOf(failure, 'name')}
        />
        {isNew && (
          <div class="fields">
            <SelectField
              label="Account"
              value={account}
              options={(accounts.length === 0 ? ['default'] : accounts.map(({ id }) => id)).map(
                (id) => [id, id] as const,
              )}
              onChange={setAccount}
              hint="Who pays."
              fault={faultOf(failure, 'account')}
            />
            <TextField
              label="Ends on"
              type="date"
              value={expires}
              onInput={setExpires}
              hint="At its first moment, UTC. Empty: never."
              fault={faultOf(failure, 'expires_at', 'expires')}
            />
          </div>
        )}
        {isNew && (
          <Choice
            legend="Kind"
            showLegend
            value={kind}
            options={[
              ['live', 'Live: thk_live_…'],
              ['test', 'Test: thk_test_…'],
            ]}
            onChange={setKind}
          />
        )}
        <TextField
          label="Models"
          value={models}
          onInput={setModels}
          placeholder="openai/*, anthropic/claude-*"
          hint="Names or patterns with *, with commas between. Empty: all."
          fault={faultOf(failure, 'models')}
        />
        <TermsFields draft={terms} failure={failure} onChange={setTerms} />
        {failure !== undefined && (
          <Notice tone="bad" title={isNew ? 'No key was made' : 'Nothing was changed'}>
            {failure.message}
          </Notice>
        )}
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {isNew ? 'Create the key' : 'Save'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
