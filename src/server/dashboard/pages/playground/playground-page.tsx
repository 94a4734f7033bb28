import { useState } from 'preact/hooks';
import { readModels } from '../../api/models.ts';
import type { NewKey } from '../../api/keys.ts';
import { createPlaygroundKey } from '../../api/playground.ts';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { announce } from '../../state/announce.ts';
import { useLoad } from '../../state/load.ts';
import { useSubmission } from '../../state/submit.ts';
import { AnswerPanel } from './answer-panel.tsx';
import type { Draft } from './draft.ts';
import { useExchange } from './exchange.ts';
import { DEFAULT_TERMS, KeyTermsFields } from './key-terms.tsx';
import { PlaygroundForm } from './playground-form.tsx';

/** What a screen reader is told. */
const ENDS = { done: 'The answer is complete', failed: 'There is no answer', stopped: 'Stopped' } as const;

/** They live as long as the page is open, and nowhere else. */
let key: NewKey | undefined;
let keptTerms = DEFAULT_TERMS;

export function PlaygroundPage({ query }: { readonly query: URLSearchParams }) {
  const models = useLoad('models', readModels);
  const { state, send, stop } = useExchange();
  const [terms, setTerms] = useState(keptTerms);
  const [sent, setSent] = useState<Draft>();
  const { isBusy, failure, run } = useSubmission();
  const submit = (draft: Draft) =>
    run(async () => {
      if (key === undefined || (key.expires_at !== null && Date.parse(key.expires_at) < Date.now())) {
        key = await createPlaygroundKey({ account: terms.account, budget_usd: terms.budget.trim() });
      }
      setSent(draft);
      const { phase, status } = await send(draft, key.key);
      // Ended by somebody: the next request makes another one.
      if (status === 401) key = undefined;
      announce(ENDS[phase]);
    });
  const isUnderWay = isBusy || state.phase === 'sending' || state.phase === 'receiving';
  return (
    <>
      <PageHead
        title="Playground"
        lead="A request as a client would send it, through limits, routing and the ledger."
      />
      {models.failure !== undefined && (
        <FailureNotice failure={models.failure} what="The models" onRetry={models.reload} />
      )}
      <div class="columns">
        <PlaygroundForm
          models={models.data?.models ?? []}
          hasOrchestra={models.data?.orchestra.served === true}
          asked={query.get('model')}
          isUnderWay={isUnderWay}
          keyTerms={
            <KeyTermsFields
              terms={terms}
              keyPrefix={key?.prefix}
              onChange={(next) => {
                key = undefined;
                keptTerms = next;
                setTerms(next);
              }}
            />
          }
          onSend={(draft) => void submit(draft)}
          onStop={stop}
        />
        <div class="stack">
          {failure !== undefined && (
            <Notice tone="bad" title="The playground has no key">
              {failure.message}
            </Notice>
          )}
          <AnswerPanel state={state} draft={sent} />
        </div>
      </div>
    </>
  );
}
