import { useState } from 'preact/hooks';
import { readAccounts } from '../../api/accounts.ts';
import { type NewKey, readKeys } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { useLoad } from '../../state/load.ts';
import { changeQuery } from '../../state/route.ts';
import { AccountDialogs, type AccountTask } from './account-dialogs.tsx';
import { AccountsPanel } from './accounts-panel.tsx';
import { KeyDialogs, type KeyTask } from './key-dialogs.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { SecretDialog } from './secret-dialog.tsx';

export function KeysPage({ query }: { readonly query: URLSearchParams }) {
  const tab = query.get('show') === 'accounts' ? 'accounts' : 'keys';
  const keys = useLoad('keys', readKeys);
  const accounts = useLoad('accounts', readAccounts);
  const [keyTask, setKeyTask] = useState<KeyTask>();
  const [accountTask, setAccountTask] = useState<AccountTask>();
  const [secret, setSecret] = useState<NewKey>();
  const reload = () => {
    keys.reload();
    accounts.reload();
  };
  return (
    <>
      <PageHead title="Keys and accounts" lead="A key opens the gateway; its account pays.">
        {tab === 'keys' ? (
          <Button kind="primary" icon="plus" onClick={() => setKeyTask({ kind: 'create' })}>
            Create key
          </Button>
        ) : (
          <Button kind="primary" icon="plus" onClick={() => setAccountTask({ kind: 'create' })}>
            Create account
          </Button>
        )}
      </PageHead>
      <div class="controls">
        <Choice
          legend="Show"
          value={tab}
          options={[
            ['keys', 'Keys'],
            ['accounts', 'Accounts'],
          ]}
          onChange={(next) => changeQuery({ show: next === 'keys' ? undefined : next })}
        />
      </div>
      {tab === 'keys' ? (
        <KeysPanel keys={keys} onTask={setKeyTask} />
      ) : (
        <AccountsPanel accounts={accounts} onTask={setAccountTask} />
      )}
      {keyTask !== undefined && (
        <KeyDialogs
          task={keyTask}
          accounts={accounts.data ?? []}
          onClose={() => setKeyTask(undefined)}
          onDone={(made) => {
            setKeyTask(undefined);
            setSecret(made);
            reload();
          }}
        />
      )}
      {accountTask !== undefined && (
        <AccountDialogs
          task={accountTask}
          onClose={() => setAccountTask(undefined)}
          onDone={() => {
            setAccountTask(undefined);
            reload();
          }}
        />
      )}
      {secret !== undefined && <SecretDialog made={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}
