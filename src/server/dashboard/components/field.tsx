import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { ApiFailure } from '../api/failure.ts';

export interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Why its value was not taken. */
  readonly fault?: string | undefined;
  readonly children: (ids: FieldIds) => ComponentChildren;
}

/** A label, its input, and what explains it. */
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': fault === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

/** What a failure says of one of a form's fields. */
export function faultOf(failure: ApiFailure | undefined, ...params: readonly string[]): string | undefined {
  const param = failure?.param;
  if (failure === undefined || param === undefined || !params.includes(param)) return undefined;
  const text = failure.message.startsWith(`${param}: `) ? failure.message.slice(param.length + 2) : failure.message;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
