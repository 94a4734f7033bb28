import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { Field } from './field.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  readonly fault?: string | undefined;
  readonly type?: 'text' | 'password' | 'date' | 'search';
  readonly inputMode?: 'numeric' | 'decimal' | 'text';
  readonly placeholder?: string;
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly list?: string;
  readonly name?: string;
  readonly minLength?: number;
}

export function TextField({ label, value, onInput, hint, fault, type = 'text', ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <input
          // Preact knows which attributes go with which type; here the type is one of several.
          {...({ ...ids, ...rest, type } as InputHTMLAttributes)}
          class="input"
          value={value}
          spellcheck={false}
          autocomplete={rest.autocomplete ?? 'off'}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
