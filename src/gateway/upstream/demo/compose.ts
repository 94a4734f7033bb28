import { NO_USAGE, type Usage } from '../../../protocol/usage.ts';
import type { AnswerPart, DemoAnswer } from './answer.ts';
import { cutAnswer } from './cut.ts';
import type { DemoPrompt, DemoTool } from './prompt.ts';
import { mentionIndex, PromptValues, quoteStart } from './prompt-values.ts';
import { fillSchema } from './schema-values.ts';
import { countTokens } from './tokens.ts';

/** The same prompt always gets the same answer. */
export function composeAnswer(prompt: DemoPrompt): DemoAnswer {
  const called = chooseTools(prompt);
  const parts: AnswerPart[] = [];
  if (prompt.thinking !== 'off') parts.push({ kind: 'thinking', text: think(prompt, called) });
  if (called.length === 0) parts.push({ kind: 'text', text: say(prompt) });
  for (const { name, schema } of called) {
    const args = JSON.stringify(fillSchema(schema ?? { type: 'object' }, new PromptValues(prompt.userText)));
    parts.push({ kind: 'tool', name, args });
  }
  const cut = cutAnswer(parts, prompt.maxTokens, prompt.stops);
  return { ...cut, usage: countUsage(cut.parts, prompt.inputTokens) };
}

function chooseTools(prompt: DemoPrompt): readonly DemoTool[] {
  const { tools, toolChoice } = prompt;
  if (toolChoice.mode === 'none') return [];
  if (toolChoice.mode === 'tool') return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1);
  const named = tools
    .map((tool) => ({ tool, at: mentionIndex(prompt.userText, tool.name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ tool }) => tool);
  if (toolChoice.mode === 'any') return named.length > 0 ? limit(named, prompt) : tools.slice(0, 1);
  return prompt.toolResults.length > 0 ? [] : limit(named, prompt);
}

function limit(named: readonly DemoTool[], prompt: DemoPrompt): readonly DemoTool[] {
  return prompt.parallelTools ? named : named.slice(0, 1);
}

function think(prompt: DemoPrompt, called: readonly DemoTool[]): string {
  if (called.length > 0) return `This asks for ${called.map((tool) => tool.name).join(' and ')}, so I call it.`;
  if (prompt.toolResults.length > 0) return 'The tool has answered, so I report what it gave.';
  return 'No tool is asked for, so a short greeting will do.';
}

function say(prompt: DemoPrompt): string {
  if (prompt.json !== undefined) return sayJson(prompt);
  if (prompt.toolResults.length > 0) return reportResults(prompt.toolResults);
  const quote = quoteStart(prompt.userText, 8);
  const heard = quote === '' ? 'Hello!' : `Hello! You wrote: "${quote}"`;
  return `${heard} I am the built-in demo model: I run offline and only echo. To reach a real model, set a provider key such as OPENAI_API_KEY and restart.`;
}

function sayJson(prompt: DemoPrompt): string {
  const schema = prompt.json?.schema ?? { type: 'object', required: ['answer'] };
  return JSON.stringify(fillSchema(schema, new PromptValues(prompt.userText)));
}

function reportResults(results: readonly string[]): string {
  const quotes = results.slice(0, 2).map((result) => quoteStart(result, 8) || 'nothing');
  const more = results.length > 2 ? ` and ${results.length - 2} more` : '';
  return `The tool returned: ${quotes.join('; ')}${more}. I am the built-in demo model, so I only repeat it; a real model would now work with this result.`;
}

function countUsage(parts: readonly AnswerPart[], inputTokens: number): Usage {
  let outputTokens = 0;
  let reasoningTokens = 0;
  for (const part of parts) {
    const tokens = part.kind === 'tool' ? countTokens(part.name) + countTokens(part.args) : countTokens(part.text);
    outputTokens += tokens;
    if (part.kind === 'thinking') reasoningTokens += tokens;
  }
  return { ...NO_USAGE, inputTokens, outputTokens, reasoningTokens };
}
