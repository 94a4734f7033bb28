export interface PromptScore {
  readonly gain: number;
  qualityOf(name: string): number | undefined;
}
export function scorePrompt(text: string): PromptScore {
  return { gain: Math.min(1, text.length / 1000), qualityOf: () => undefined };
}
