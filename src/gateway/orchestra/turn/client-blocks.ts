/** What coding clients put into a user turn on their own: reminders, the state of the editor, output of commands. */
const ADDED = [
  'system-reminder',
  'local-command-stdout',
  'local-command-stderr',
  'local-command-caveat',
  'bash-input',
  'bash-stdout',
  'bash-stderr',
  'command-message',
  'command-contents',
  'environment_details',
  'environment_context',
  'environment_info',
  'user_instructions',
  'additional_data',
  'attached_files',
  'attachments',
  'context',
  'file_content',
  'editor_context',
  'workspace_info',
  'reminderInstructions',
  'custom_instructions',
  'open_files',
];

/** Within which some clients put the user's own words, beside what they add. */
const OWN = ['userRequest', 'user_query', 'task', 'user_message', 'feedback', 'command-args'];

/** How a client whose tools are called in words begins what came of one. */
const RESULT = /^\s*\[\w{1,60}(?: for '[^\n]{0,300})?\] Result:/;
/** Within which the user's own words stand among such results. */
const OWN_AMONG_RESULTS = ['feedback', 'user_message', 'answer'];

/** Line with which a client tells that its user stopped a turn. */
const INTERRUPTED = /^\[Request interrupted by user[^\]\n]*\]\s*/;

/** The user's words among what a client wraps them in. */
export function withoutClientBlocks(text: string): string {
  if (!text.includes('<')) return text.startsWith('[') ? text.replace(INTERRUPTED, '') : text;
  for (const tag of ADDED) text = without(text, `<${tag}`, `</${tag}>`);
  const own = withinAny(text, OWN);
  return own === '' ? text.trimStart().replace(INTERRUPTED, '') : own;
}

/** Whether a text begins the result of a tool that was called in words: no block behind it is the user's as a whole. */
export function beginsAsResult(text: string): boolean {
  return RESULT.test(text);
}

/** The user's words among results of tools that were called in words. */
export function wordsAmongResults(text: string): string {
  return withinAny(text, OWN_AMONG_RESULTS);
}

function withinAny(text: string, tags: readonly string[]): string {
  for (const tag of tags) {
    const own = within(text, `<${tag}>`, `</${tag}>`);
    if (own !== '') return own;
  }
  return '';
}

/** A block that is not closed lost its end, or its start, with the middle of the text. */
function without(text: string, open: string, close: string): string {
  for (;;) {
    const start = openingOf(text, open);
    const end = text.indexOf(close, Math.max(start, 0));
    if (start < 0 && end < 0) return text;
    const rest = end < 0 ? '' : text.slice(end + close.length);
    text = start < 0 ? rest : `${text.slice(0, start)}\n${rest}`;
  }
}

/** The tag, bare or with attributes, but no longer one that begins alike. */
function openingOf(text: string, open: string): number {
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + open.length)) {
    const next = text[at + open.length];
    if (next === '>' || next === ' ' || next === '\n') return at;
  }
  return -1;
}

function within(text: string, open: string, close: string): string {
  const start = text.indexOf(open);
  if (start < 0) return '';
  const end = text.indexOf(close, start);
  return text.slice(start + open.length, end < 0 ? undefined : end).trim();
}
