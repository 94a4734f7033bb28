import { useState } from 'preact/hooks';
import type { ModelRow } from '../../api/models.ts';
import { askRoute, type Route, type Shape } from '../../api/route.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field, faultOf } from '../../components/field.tsx';
import { ModelField } from '../../components/model-field.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { announce } from '../../state/announce.ts';
import { useSubmission } from '../../state/submit.ts';
import { RouteAnswer } from './route-answer.tsx';

interface WhatIfPanelProps {
  readonly models: readonly ModelRow[];
  readonly hasOrchestra: boolean;
}

/** Where a request would go; nothing is sent. */
export function WhatIfPanel({ models, hasOrchestra }: WhatIfPanelProps) {
  const [shape, setShape] = useState<Shape>('openai');
  const [model, setModel] = useState(hasOrchestra ? 'th-orchestra' : (models.find(({ glob }) => !glob)?.id ?? ''));
  const [text, setText] = useState('');
  const [route, setRoute] = useState<Route>();
  const { isBusy, failure, run } = useSubmission();
  const ask = async () => {
    setRoute(undefined);
    const answer = await askRoute(bodyOf(text, model, shape), shape);
    setRoute(answer);
    announce(`It would go to ${answer.target.provider}: ${answer.target.model}`);
  };
  return (
    <div class="columns">
      <Panel title="What if…" hint="A prompt, or a whole request body as JSON. Nothing is sent to a provider.">
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void run(ask);
          }}
        >
          <div class="fields">
            <ModelField
              label="Model"
              value={model}
              onInput={setModel}
              models={models}
              hasOrchestra={hasOrchestra}
              fault={faultOf(failure, 'model')}
            />
            <Choice
              legend="Shape"
              showLegend
              value={shape}
              options={[
                ['openai', 'OpenAI'],
                ['anthropic', 'Anthropic'],
              ]}
              onChange={setShape}
            />
          </div>
          <Field label="Prompt or body">
            {(ids) => (
              <textarea
                {...ids}
                class="input"
                rows={8}
                required
                spellcheck={false}
                value={text}
                placeholder="Plan the migration of our billing service to PostgreSQL, step by step."
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <div>
            <Button kind="primary" type="submit" icon="models" isBusy={isBusy}>
              Where would it go?
            </Button>
          </div>
        </form>
      </Panel>
      <Panel title="The answer">
        {failure !== undefined && (
          <Notice tone="bad" title="It would be refused">
            {failure.message} ({failure.code})
          </Notice>
        )}
        {route === undefined ? (
          failure === undefined && (
            <p class="hint">Ask, and the target, the reasons and all that was weighed stand here.</p>
          )
        ) : (
          <RouteAnswer route={route} />
        )}
      </Panel>
    </div>
  );
}

/** A body as it stands, with the chosen model where it names none; a prompt as the one message of a small body. */
function bodyOf(text: string, model: string, shape: Shape): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return JSON.stringify({ model, ...body });
  } catch {
    // A prompt.
  }
  const messages = [{ role: 'user', content: text }];
  return JSON.stringify(shape === 'anthropic' ? { model, max_tokens: 1024, messages } : { model, messages });
}
