import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ModelRow } from '../../api/models.ts';
import type { Shape } from '../../api/route.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field } from '../../components/field.tsx';
import { ModelField } from '../../components/model-field.tsx';
import { Panel } from '../../components/panel.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Draft } from './draft.ts';

interface PlaygroundFormProps {
  readonly models: readonly ModelRow[];
  readonly hasOrchestra: boolean;
  /** The model that the address names. */
  readonly asked: string | null;
  readonly isUnderWay: boolean;
  /** Who pays. */
  readonly keyTerms: ComponentChildren;
  readonly onSend: (draft: Draft) => void;
  readonly onStop: () => void;
}

/** What was typed last, for when the page is left and come back to. */
let kept: Draft | undefined;

export function PlaygroundForm({
  models,
  hasOrchestra,
  asked,
  isUnderWay,
  keyTerms,
  onSend,
  onStop,
}: PlaygroundFormProps) {
  const [draft, setDraft] = useState<Draft>(() => {
    const start: Draft = kept ?? {
      shape: 'openai',
      model: '',
      stream: true,
      system: '',
      prompt: 'Say hello to the harbour.',
      maxTokens: '1024',
    };
    return { ...start, model: asked ?? start.model };
  });
  // Until one is chosen it is the first, which is known once the models are: what was opened or typed meanwhile stays.
  const [isChosen, setChosen] = useState(draft.model !== '');
  const first = hasOrchestra ? 'th-orchestra' : (models.find(({ glob }) => !glob)?.id ?? '');
  const model = isChosen ? draft.model : first;
  const change = (some: Partial<Draft>) => {
    kept = { ...draft, ...some };
    setDraft(kept);
  };
  return (
    <Panel title="Request">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isUnderWay) onSend({ ...draft, model });
        }}
      >
        <div class="fields">
          <Choice<Shape>
            legend="Shape"
            showLegend
            value={draft.shape}
            options={[
              ['openai', 'OpenAI'],
              ['anthropic', 'Anthropic'],
            ]}
            onChange={(shape) => change({ shape })}
          />
          <Choice
            legend="Answer"
            showLegend
            value={draft.stream ? 'stream' : 'whole'}
            options={[
              ['stream', 'Stream'],
              ['whole', 'Whole'],
            ]}
            onChange={(next) => change({ stream: next === 'stream' })}
          />
        </div>
        <div class="fields">
          <ModelField
            label="Model"
            value={model}
            onInput={(next) => {
              setChosen(true);
              change({ model: next });
            }}
            models={models}
            hasOrchestra={hasOrchestra}
          />
          <TextField
            label="Tokens at most"
            inputMode="numeric"
            value={draft.maxTokens}
            onInput={(maxTokens) => change({ maxTokens })}
          />
        </div>
        <Field label="System prompt">
          {(ids) => (
            <textarea
              {...ids}
              class="input"
              rows={2}
              value={draft.system}
              onInput={(event) => change({ system: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Message">
          {(ids) => (
            <textarea
              {...ids}
              class="input"
              rows={6}
              required
              value={draft.prompt}
              onInput={(event) => change({ prompt: event.currentTarget.value })}
            />
          )}
        </Field>
        {keyTerms}
        <div>
          {isUnderWay ? (
            <Button kind="danger" icon="stop" onClick={onStop}>
              Stop
            </Button>
          ) : (
            <Button kind="primary" type="submit" icon="send">
              Send
            </Button>
          )}
        </div>
      </form>
    </Panel>
  );
}
