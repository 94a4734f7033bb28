import { useState } from 'preact/hooks';
import type { KeyRow } from '../../api/keys.ts';
import { Choice } from '../../components/choice.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Button } from '../../components/button.tsx';
import type { Loaded } from '../../state/load.ts';
import type { KeyTask } from './key-dialogs.tsx';
import { KeysTable } from './keys-table.tsx';

interface KeysPanelProps {
  readonly keys: Loaded<readonly KeyRow[]>;
  readonly onTask: (task: KeyTask) => void;
}

export function KeysPanel({ keys: { data, failure, isLoading, reload }, onTask }: KeysPanelProps) {
  const [shows, setShows] = useState<'working' | 'all'>('working');
  const rows = data?.filter(({ state }) => shows === 'all' || state === 'active' || state === 'rotated') ?? [];
  const ended = (data?.length ?? 0) - rows.length;
  return (
    <Panel
      title="Keys"
      class="panel-table"
      hint={
        shows === 'working' && ended > 0 ? `${ended} that ended ${ended === 1 ? 'is' : 'are'} not shown.` : undefined
      }
      actions={
        <Choice
          legend="Which keys"
          value={shows}
          options={[
            ['working', 'In use'],
            ['all', 'All'],
          ]}
          onChange={setShows}
        />
      }
    >
      {failure !== undefined && <FailureNotice failure={failure} what="The keys" onRetry={reload} />}
      {data === undefined && failure === undefined && <Loading what="the keys" lines={5} />}
      {data !== undefined && rows.length === 0 && (
        <Empty
          title="No key works"
          icon="keys"
          action={
            <Button kind="primary" icon="plus" onClick={() => onTask({ kind: 'create' })}>
              Create a key
            </Button>
          }
        >
          Clients need one to call the gateway. Give each of them its own: then each has its own limits, and its own
          line on the bill.
        </Empty>
      )}
      {rows.length > 0 && <KeysTable rows={rows} isStale={isLoading} onTask={onTask} />}
    </Panel>
  );
}
