import { describe, expect, test } from 'bun:test';
import { commandKindOf } from './shell-command.ts';
import { toolKindOf } from './tool-kind.ts';

describe('toolKindOf', () => {
  const kinds = {
    edit: [
      'Edit',
      'MultiEdit',
      'Write',
      'write_to_file',
      'replace_in_file',
      'apply_patch',
      'str_replace_based_edit_tool',
      'create_file',
      'NotebookEdit',
      'mcp__fs__write_file',
    ],
    run: ['Bash', 'shell', 'execute_command', 'run_terminal_cmd', 'exec', 'local_shell', 'python'],
    read: ['Read', 'read_file', 'view', 'LS', 'list_dir', 'list_files'],
    search: ['Grep', 'Glob', 'codebase_search', 'find_references', 'search_files'],
    fetch: [
      'WebFetch',
      'WebSearch',
      'web_search',
      'fetch',
      'browser_navigate',
      'read_url_via_http',
      'mcp__fetch__fetch',
    ],
  } as const;
  for (const [kind, names] of Object.entries(kinds)) {
    test(kind, () => {
      expect(names.filter((name) => toolKindOf(name) !== kind)).toEqual([]);
    });
  }

  test('others are of no kind', () => {
    const names = ['get_weather', 'send_mail', 'TodoWriter', 'create_issue', 'Task', '', '__', 'book_table'];
    expect(names.filter((name) => toolKindOf(name) !== undefined)).toEqual([]);
  });
});

describe('commandKindOf', () => {
  const kindOf = (command: unknown) => commandKindOf(JSON.stringify({ command }));

  test('what only looks at something reads', () => {
    expect(['ls -la', 'cat a.txt', 'cd src && ls', 'git status', 'git  diff HEAD', 'head -n 5 x'].map(kindOf)).toEqual(
      Array.from({ length: 6 }, () => 'read'),
    );
    expect(['rg foo', 'grep -rn x .', 'find . -name x'].map(kindOf)).toEqual(['search', 'search', 'search']);
    expect(kindOf('curl https://example.org')).toBe('fetch');
  });

  test('the rest runs, arguments that are no command too', () => {
    expect(['npm test', 'git commit -m x', 'make', 'lsof'].map(kindOf)).toEqual(['run', 'run', 'run', 'run']);
    expect(commandKindOf('{}')).toBe('run');
    expect(commandKindOf('')).toBe('run');
  });

  test('in arguments that are a text of their own, and in a list', () => {
    expect(commandKindOf(JSON.stringify(JSON.stringify({ command: 'ls' })))).toBe('read');
    expect(kindOf(['ls', '-l'])).toBe('read');
  });
});
