import { type ReferenceStyle, carryText } from './references.ts';
import type { Section } from './section.ts';

export const BIFROST: ReferenceStyle = { prefix: 'env.' };

/** A value as text; one with the name of its variable beside it as `env.NAME`. */
export function valueOf(section: Section, key: string): string | undefined {
  const text = section.text(key);
  if (text !== undefined) return text;
  const nested = section.section(key);
  const variable = nested?.text('env_var');
  return variable === undefined || variable === '' ? nested?.text('value') : `env.${variable.replace(/^env\./, '')}`;
}

/** The same as our file writes it. */
export function carriedValue(section: Section, key: string): string | undefined {
  const text = valueOf(section, key);
  return text === undefined || text === '' ? undefined : carryText(text, BIFROST);
}
