import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string, icon?: IconName])[];
  readonly onChange: (value: T) => void;
  readonly showLegend?: boolean;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>({ legend, value, options, onChange, showLegend = false }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={showLegend ? '' : 'for-readers'}>{legend}</legend>
      <div class="choice-options">
        {options.map(([option, text, icon]) => (
          <label key={option} class={option === value ? 'is-chosen' : ''}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {icon !== undefined && <Icon name={icon} />}
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
