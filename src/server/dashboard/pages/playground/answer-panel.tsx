import { useState } from 'preact/hooks';
import { Choice } from '../../components/choice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { AnswerFacts } from './answer-facts.tsx';
import { CurlLine } from './curl-line.tsx';
import type { Draft } from './draft.ts';
import type { ExchangeState } from './exchange.ts';

interface AnswerPanelProps {
  readonly state: ExchangeState;
  /** What was sent. */
  readonly draft: Draft | undefined;
}

export function AnswerPanel({ state, draft }: AnswerPanelProps) {
  const [view, setView] = useState<'answer' | 'raw' | 'curl'>('answer');
  return (
    <Panel
      title="Answer"
      class="answer"
      actions={
        <Choice
          legend="Show"
          value={view}
          options={[
            ['answer', 'Text'],
            ['raw', 'Raw'],
            ['curl', 'curl'],
          ]}
          onChange={setView}
        />
      }
    >
      {state.error !== undefined && (
        <Notice tone="bad" title={state.status === undefined ? 'No answer' : `${state.status}`}>
          {state.error}
        </Notice>
      )}
      {view === 'answer' && <AnswerBody state={state} />}
      {view === 'raw' && (
        <pre class="raw" tabIndex={0} aria-label="The answer as it came">
          {state.raw === '' ? 'The answer’s very bytes stand here.' : state.raw}
        </pre>
      )}
      {view === 'curl' && <CurlLine draft={draft} />}
      <AnswerFacts state={state} />
    </Panel>
  );
}

function AnswerBody({ state }: { readonly state: ExchangeState }) {
  if (state.phase === 'idle')
    return <p class="hint answer-text">Send a request, and what the model says stands here.</p>;
  return (
    <div class="answer-text" aria-busy={state.phase === 'sending' || state.phase === 'receiving'}>
      {state.thinking !== '' && (
        <details class="thinking">
          <summary>What it thought</summary>
          <p>{state.thinking}</p>
        </details>
      )}
      <p class="answer-said">
        {state.text}
        {(state.phase === 'sending' || state.phase === 'receiving') && <span class="caret" aria-hidden="true" />}
      </p>
      {state.toolCalls.map((call, index) => (
        <pre key={index} class="raw">
          {call}
        </pre>
      ))}
      {state.phase === 'stopped' && <p class="hint">Stopped. What was made until then is billed.</p>}
    </div>
  );
}
