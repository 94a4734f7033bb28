/** What routers without a model count: words that sound hard, code, mathematics, long texts. A rule to compare with. */
const HARD =
  /\b(?:prove|proof|derive|explain|analy[sz]e|compare|evaluate|design|implement|optimi[sz]e|calculate|determine|why|how|step)\b/gi;
const CODE = /```|\bdef |\bfunction\b|\bclass\b|[{};]/g;
const MATHEMATICS = /[=+*/^<>∑∫√]|\\[a-z]+|\d+/g;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

export function keywordRules(prompt: string): number {
  return (
    2 * count(prompt, HARD) + count(prompt, CODE) + 0.3 * count(prompt, MATHEMATICS) + Math.min(prompt.length / 200, 10)
  );
}
