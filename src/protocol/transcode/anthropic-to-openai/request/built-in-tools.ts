/**
 * Tools whose schema Claude knows by heart and whose work the client does: to any other model they are told as plain
 * functions of the same name, with the members the clients' own handlers read.
 */
export interface BuiltInTool {
  /** How the types of all its versions begin. */
  readonly prefix: string;
  readonly description: string;
  readonly schema: object;
}

const text = (description: string) => ({ type: 'string', description });
const line = (description: string) => ({ type: 'integer', description });
const VIEW_RANGE = {
  type: 'array',
  items: { type: 'integer' },
  minItems: 2,
  maxItems: 2,
  description: 'For view of a file: first and last line to show, counted from 1; -1 as the last means to the end.',
};
const FILE_TEXT = text('For create: the whole content of the new file.');
const OLD_STR = text('For str_replace: the text to replace. It must occur exactly once, white space included.');
const INSERT_LINE = line('For insert: the line after which to insert; 0 is the beginning of the file.');
const EDITOR = 'View, create and edit text files. str_replace replaces a text that occurs exactly once in the file.';

function editor(commands: readonly string[], members: object): object {
  return {
    type: 'object',
    properties: {
      command: { type: 'string', enum: commands, description: 'What to do.' },
      path: text('Absolute path of the file or directory.'),
      view_range: VIEW_RANGE,
      file_text: FILE_TEXT,
      old_str: OLD_STR,
      insert_line: INSERT_LINE,
      ...members,
    },
    required: ['command', 'path'],
  };
}

const FIRST_EDITOR = editor(['view', 'create', 'str_replace', 'insert', 'undo_edit'], {
  new_str: text('For str_replace: the text to put in its place. For insert: the text to insert.'),
});
const LATER_EDITOR = editor(['view', 'create', 'str_replace', 'insert'], {
  new_str: text('For str_replace: the text to put in its place; left out, the old text is deleted.'),
  insert_text: text('For insert: the text to insert.'),
});

const BASH = {
  type: 'object',
  properties: {
    command: text('The command to run. Required unless the shell is restarted.'),
    restart: { type: 'boolean', description: 'true restarts the shell instead of running a command.' },
  },
};

const MEMORY = {
  type: 'object',
  properties: {
    command: {
      type: 'string',
      enum: ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'],
      description: 'What to do.',
    },
    path: text('Path of the file or directory, below /memories. Required for every command but rename.'),
    view_range: VIEW_RANGE,
    file_text: FILE_TEXT,
    old_str: OLD_STR,
    new_str: text('For str_replace: the text to put in its place.'),
    insert_line: INSERT_LINE,
    insert_text: text('For insert: the text to insert.'),
    old_path: text('For rename: the path as it is.'),
    new_path: text('For rename: the path as it is to be.'),
  },
  required: ['command'],
};

/** The first whose prefix fits counts. */
export const BUILT_IN_TOOLS: readonly BuiltInTool[] = [
  {
    prefix: 'bash_20',
    description: 'Run a command in a bash shell. The shell keeps its state from one command to the next.',
    schema: BASH,
  },
  { prefix: 'text_editor_20241022', description: EDITOR, schema: FIRST_EDITOR },
  { prefix: 'text_editor_20250124', description: EDITOR, schema: FIRST_EDITOR },
  { prefix: 'text_editor_20', description: EDITOR, schema: LATER_EDITOR },
  {
    prefix: 'memory_20',
    description:
      'Keep notes in files below /memories that outlast this conversation. View /memories before starting a task.',
    schema: MEMORY,
  },
];
