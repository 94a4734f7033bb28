import { useId } from 'preact/hooks';
import type { ModelRow } from '../api/models.ts';
import { TextField } from './text-field.tsx';

interface ModelFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (model: string) => void;
  readonly models: readonly ModelRow[];
  readonly hasOrchestra: boolean;
  readonly fault?: string | undefined;
}

/** A model by its name; those that are known are proposed, and one under a pattern may be typed. */
export function ModelField({ label, value, onInput, models, hasOrchestra, fault }: ModelFieldProps) {
  const id = useId();
  const names = models.filter(({ glob }) => !glob).map((model) => model.id);
  const all = hasOrchestra && !names.includes('th-orchestra') ? ['th-orchestra', ...names] : names;
  return (
    <>
      <TextField label={label} required value={value} onInput={onInput} list={id} fault={fault} />
      <datalist id={id}>
        {all.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
