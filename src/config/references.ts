import type { Fault } from './kinds.ts';

/** Where references get their values from. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file; a relative path starts at the directory of the configuration file. Throws when it cannot. */
  readonly readText: (path: string) => string;
}

export interface Expanded {
  readonly text: string;
  /** Whether the text held a reference at all. */
  readonly used: boolean;
  readonly faults: readonly Fault[];
}

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}|$)/g;

/**
 * Replaces `${NAME}`, `${file:PATH}` and `${cred:NAME}` in one value; `$${` stands for a literal `${`.
 * What a reference brings in is not searched for further references.
 */
export function expandReferences(text: string, sources: ReferenceSources): Expanded {
  const faults: Fault[] = [];
  let used = false;
  const expanded = text.replaceAll(REFERENCE, (all, inner: string | undefined, end: string | undefined) => {
    if (all === '$${') return '${';
    used = true;
    if (end !== '}') {
      faults.push({
        message: 'has a reference that is not closed',
        fix: 'Add the missing }, or write $${ for a literal ${.',
      });
      return '';
    }
    const found = resolveReference(inner ?? '', sources);
    if (typeof found === 'string') return found;
    faults.push(found);
    return '';
  });
  return { text: expanded, used, faults };
}

function resolveReference(inner: string, sources: ReferenceSources): string | Fault {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(inner)) {
    const value = sources.env[inner];
    return (
      value ?? { message: `environment variable ${inner} is not set`, fix: `Set ${inner}, or write the value here.` }
    );
  }
  if (inner.startsWith('file:')) return readReferencedFile(inner.slice('file:'.length), sources);
  if (inner.startsWith('cred:')) return readCredential(inner.slice('cred:'.length), sources);
  return {
    message: `does not know the reference \${${inner}}`,
    fix: 'Write ${NAME}, ${file:PATH} or ${cred:NAME}, or $${ for a literal ${.',
  };
}

function readCredential(name: string, sources: ReferenceSources): string | Fault {
  const directory = sources.env['CREDENTIALS_DIRECTORY'];
  if (directory === undefined || directory === '') {
    return {
      message: `credential ${name} is not available: $CREDENTIALS_DIRECTORY is not set`,
      fix: `Start from a systemd unit with LoadCredential=${name}:PATH.`,
    };
  }
  // A name with a slash could leave the directory that systemd guards.
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name === '.' || name === '..') {
    return { message: `credential name ${JSON.stringify(name)} is not a plain file name`, fix: 'Write ${cred:NAME}.' };
  }
  return readReferencedFile(`${directory}/${name}`, sources);
}

/** Secrets in files nearly always end in a newline that is not part of them. */
function readReferencedFile(path: string, sources: ReferenceSources): string | Fault {
  try {
    return sources.readText(path).replace(/(\r?\n)+$/, '');
  } catch (error) {
    return {
      message: `file ${path} cannot be read: ${reason(error)}`,
      fix: 'Create it, or allow this user to read it.',
    };
  }
}

/** The short cause of a file error: `ENOENT`, or the message where there is no code. */
export function reason(error: unknown): string {
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return String(error);
}
