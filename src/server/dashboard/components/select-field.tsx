import type { ComponentChildren } from 'preact';
import { Field } from './field.tsx';

interface SelectFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly onChange: (value: T) => void;
  readonly hint?: ComponentChildren;
  readonly fault?: string | undefined;
}

export function SelectField<T extends string>({ label, value, options, onChange, hint, fault }: SelectFieldProps<T>) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <select {...ids} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
          {options.map(([option, text]) => (
            <option key={option} value={option} selected={option === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
