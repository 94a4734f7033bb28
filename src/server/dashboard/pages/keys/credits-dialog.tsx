import { useState } from 'preact/hooks';
import { type AccountRow, addCredit, type Credit, readCredits } from '../../api/accounts.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { faultOf } from '../../components/field.tsx';
import { Loading } from '../../components/loading.tsx';
import { Money, Nothing } from '../../components/money.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { When } from '../../components/when.tsx';
import { decimalsFor, formatUsd } from '../../format/money.ts';
import { announce } from '../../state/announce.ts';
import { useLoad } from '../../state/load.ts';
import { useSubmission } from '../../state/submit.ts';

interface CreditsDialogProps {
  readonly account: AccountRow;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function CreditsDialog({ account, onClose, onDone }: CreditsDialogProps) {
  const [amount, setAmount] = useState('');
  const [note, setNote] = useState('');
  const { isBusy, failure, run } = useSubmission();
  const credits = useLoad(account.id, (signal) => readCredits(account.id, signal));
  const add = async () => {
    const usd = amount.trim().replace(/^\$/, '');
    await addCredit(account.id, { amount_usd: usd, note: note.trim() });
    announce(`Credited ${usd} US dollars to ${account.id}`);
    onDone();
  };
  return (
    <Dialog title={`Credits of ${account.id}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(add);
        }}
      >
        <div class="fields">
          <TextField
            label="US dollars"
            inputMode="decimal"
            required
            value={amount}
            onInput={setAmount}
            placeholder="100"
            hint="With a minus sign it is taken back."
            fault={faultOf(failure, 'amount_usd', 'amount')}
          />
          <TextField
            label="Note"
            value={note}
            onInput={setNote}
            placeholder="invoice 2041"
            fault={faultOf(failure, 'note')}
          />
        </div>
        {failure !== undefined && failure.param === undefined && (
          <Notice tone="bad" title="Nothing was credited">
            {failure.message}
          </Notice>
        )}
        <footer class="dialog-foot">
          <Button kind="primary" type="submit" icon="plus" isBusy={isBusy}>
            Add credit
          </Button>
        </footer>
      </form>
      <section class="dialog-body" aria-label="Credits so far">
        {credits.failure !== undefined && (
          <FailureNotice failure={credits.failure} what="The credits" onRetry={credits.reload} />
        )}
        {credits.data === undefined && credits.failure === undefined && <Loading what="the credits" lines={3} />}
        {credits.data !== undefined && <CreditsTable credits={credits.data} account={account} />}
      </section>
    </Dialog>
  );
}

function CreditsTable({ credits, account }: { readonly credits: readonly Credit[]; readonly account: AccountRow }) {
  if (credits.length === 0) {
    return (
      <Empty title="No credit yet" icon="coin">
        The account is refused until it has some.
      </Empty>
    );
  }
  const decimals = decimalsFor(credits.map((credit) => credit.amount_usd));
  return (
    <>
      <DataTable
        caption={`Credits of ${account.id}, newest first`}
        columns={[
          { label: 'At (UTC)', render: (credit) => <When at={credit.at} as="time" /> },
          {
            label: 'Note',
            render: (credit) => (credit.note === '' ? <Nothing /> : credit.note),
          },
          {
            label: 'Amount',
            isNumber: true,
            render: (credit) => <Money usd={credit.amount_usd} decimals={decimals} />,
          },
        ]}
        rows={credits}
        keyOf={(credit) => `${credit.at} ${credit.amount_usd} ${credit.note ?? ''}`}
      />
      <p class="hint">{formatUsd(account.credited_usd ?? '0')} credited in all.</p>
    </>
  );
}
