import type { Path } from '../../config/problem.ts';
import { lineOf, parseYaml, visitScalars } from '../../config/yaml-source.ts';
import { fail } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type Section, sectionOf } from './section.ts';

/** A configuration of another gateway, as YAML or JSON. */
export interface Source {
  readonly name: string;
  readonly text: string;
  readonly root: Section;
  readonly lineOf: (path: Path) => number;
}

/** Reads a source; numbers keep the text they have in the file. Ends the verb with 78 when it is no map. */
export function readSource(name: string, text: string): Source {
  const { source, faults } = parseYaml(text);
  const [fault] = faults;
  if (fault !== undefined) refuse(name, fault.line, `${fault.message}. ${fault.fix}`);
  visitScalars(source, (_path, scalar) => {
    // 2.5e-06 as a float is another amount.
    if (typeof scalar.value === 'number') scalar.value = scalar.source ?? String(scalar.value);
  });
  const root = sectionOf([], source.document.toJS() as unknown);
  if (root === undefined) return refuse(name, 1, 'is no configuration: it holds no map of settings');
  return { name, text, root, lineOf: (path) => lineOf(source, path) };
}

export function refuse(name: string, line: number, message: string): never {
  return fail(EXIT.BAD_CONFIG, `${name}:${line}: ${message}`.replaceAll(/\s*[\r\n]+\s*/g, ' '));
}
