import { useState } from 'preact/hooks';
import { type AccountRow, changeAccount, createAccount } from '../../api/accounts.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { faultOf } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { announce } from '../../state/announce.ts';
import { useSubmission } from '../../state/submit.ts';
import { draftOf, TermsFields, termsOf } from './terms-fields.tsx';

interface AccountFormProps {
  /** The account that is changed; left out, one is made. */
  readonly row?: AccountRow;
  /** Of one that is to be made. */
  readonly name?: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function AccountForm({ row, name = '', onClose, onDone }: AccountFormProps) {
  const [id, setId] = useState(name);
  const [pays, setPays] = useState<'bill' | 'prepaid'>(row?.prepaid === true ? 'prepaid' : 'bill');
  const [terms, setTerms] = useState(() => draftOf(row));
  const { isBusy, failure, run } = useSubmission();
  const save = async () => {
    const all = termsOf(terms);
    if (row === undefined) {
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
      await createAccount({ id: id.trim(), ...(pays === 'prepaid' ? { prepaid: true } : {}), ...given });
    } else {
      await changeAccount(row.id, all);
    }
    announce(row === undefined ? `Created ${id}` : `Changed ${row.id}`);
    onDone();
  };
  return (
    <Dialog title={row === undefined ? 'Create an account' : `Change ${row.id}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save);
        }}
      >
        {row === undefined && (
          <>
            <TextField
              label="Name"
              required
              value={id}
              onInput={setId}
              placeholder="team-search"
              hint="Letters, digits, - and _; it stands on the bill."
              fault={faultOf(failure, 'id', 'name')}
            />
            <Choice
              legend="Pays"
              showLegend
              value={pays}
              options={[
                ['bill', 'By bill'],
                ['prepaid', 'Prepaid'],
              ]}
              onChange={setPays}
            />
          </>
        )}
        <TermsFields draft={terms} failure={failure} onChange={setTerms} />
        {failure !== undefined && (
          <Notice tone="bad" title={row === undefined ? 'No account was made' : 'Nothing was changed'}>
            {failure.message}
          </Notice>
        )}
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {row === undefined ? 'Create the account' : 'Save'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
