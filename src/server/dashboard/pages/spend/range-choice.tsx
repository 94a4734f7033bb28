import { Choice } from '../../components/choice.tsx';
import { changeQuery } from '../../state/route.ts';
import { type Preset, PRESET_NAMES, PRESETS, type Range } from './range.ts';

export function RangeChoice({ preset, since, until }: Range & { readonly preset: Preset }) {
  const choose = (next: Preset) => {
    if (next === 'custom') changeQuery({ range: undefined, since, until });
    else changeQuery({ range: next === 'month' ? undefined : next, since: undefined, until: undefined });
  };
  return (
    <div class="range">
      <Choice
        legend="Days"
        value={preset}
        options={PRESETS.map((name) => [name, PRESET_NAMES[name]] as const)}
        onChange={choose}
      />
      {preset === 'custom' && (
        <div class="range-days">
          <DayInput label="From" value={since} onChange={(day) => changeQuery({ since: day, until })} />
          <DayInput label="to" value={until} onChange={(day) => changeQuery({ since, until: day })} />
        </div>
      )}
    </div>
  );
}

function DayInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}) {
  return (
    <label class="inline-field">
      <span>{label}</span>
      <input
        class="input"
        type="date"
        value={value}
        onChange={(event) => {
          if (event.currentTarget.value !== '') onChange(event.currentTarget.value);
        }}
      />
    </label>
  );
}
