import type { Preset } from './preset.ts';
import { LEADING_PRESETS } from './presets-leading.ts';
import { LOCAL_PRESETS } from './presets-local.ts';
import { MODEL_VENDOR_PRESETS } from './presets-vendors.ts';
import { OPEN_MODEL_PRESETS } from './presets-open-models.ts';

export const PRESETS: readonly Preset[] = [
  ...LEADING_PRESETS,
  ...MODEL_VENDOR_PRESETS,
  ...OPEN_MODEL_PRESETS,
  ...LOCAL_PRESETS,
];

export const PRESET_NAMES: readonly string[] = PRESETS.map((preset) => preset.name);

export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
