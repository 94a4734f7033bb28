import type { AnswerPart, DemoAnswer } from './answer.ts';
import { countTokens, splitTokens } from './tokens.ts';

/** Ends an answer where the token limit or a stop sequence does. Stop sequences are looked for in the text alone. */
export function cutAnswer(
  parts: readonly AnswerPart[],
  maxTokens: number,
  stops: readonly string[],
): Omit<DemoAnswer, 'usage'> {
  const kept: AnswerPart[] = [];
  let left = maxTokens;
  for (const part of parts) {
    const stop = part.kind === 'text' ? firstStop(part.text, stops) : undefined;
    const whole = part.kind === 'text' && stop !== undefined ? { ...part, text: part.text.slice(0, stop.at) } : part;
    const tokens = splitTokens(whole.kind === 'tool' ? whole.args : whole.text);
    const name = whole.kind === 'tool' ? countTokens(whole.name) : 0;
    if (name + tokens.length > left) {
      const start = tokens.slice(0, Math.max(0, left - name)).join('');
      if (start !== '') kept.push(whole.kind === 'tool' ? { ...whole, args: start } : { ...whole, text: start });
      return { parts: kept, end: 'length', stopSequence: null };
    }
    left -= name + tokens.length;
    if (tokens.length > 0) kept.push(whole);
    if (stop !== undefined) return { parts: kept, end: 'stop', stopSequence: stop.sequence };
  }
  return { parts: kept, end: kept.some((part) => part.kind === 'tool') ? 'tools' : 'end', stopSequence: null };
}

function firstStop(text: string, stops: readonly string[]): { at: number; sequence: string } | undefined {
  return stops
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
}
