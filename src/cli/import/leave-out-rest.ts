import type { Findings, LeftOut } from './findings.ts';
import type { Section } from './section.ts';

/** What is known of settings that are not carried, by name. */
export type Rules = Readonly<Record<string, LeftOut>>;

/** Lists every member of a section that nobody took: by its rule, or as one without a counterpart. */
export function leaveOutRest(section: Section, rules: Rules, unknown: LeftOut, findings: Findings): void {
  for (const key of section.rest) {
    findings.leaveOut(section.at(key), (Object.hasOwn(rules, key) ? rules[key] : undefined) ?? unknown);
  }
}

/** Requests notice that it is gone. */
export const noticed = (why: string, instead: string): LeftOut => ({ essential: true, why, instead });

/** No request notices. */
export const unnoticed = (why: string, instead: string): LeftOut => ({ essential: false, why, instead });
