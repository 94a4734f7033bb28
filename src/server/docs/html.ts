/** Markup that is safe to send: whatever text went into it was escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[] | undefined;

/** A template whose values are escaped, but for those that are markup themselves. */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, at) => text + write(values[at - 1]) + string));
}

function write(value: Part): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for the value of an attribute in quotation marks. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** A sentence in which words between backticks are code. */
export function prose(text: string): Html {
  return new Html(escape(text).replace(/`([^`]+)`/g, '<code>$1</code>'));
}

/** A template file with its `{{slots}}` filled, in one go: what a slot is filled with is not looked at again. */
export function fill(template: string, slots: Readonly<Record<string, Html>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (slot, name: string) => slots[name]?.text ?? slot);
}
