import type { Preset } from './preset.ts';
import { HOSTED_PRESETS } from './presets-hosted.ts';
import { LOCAL_PRESETS } from './presets-local.ts';

export const PRESETS: readonly Preset[] = [...HOSTED_PRESETS, ...LOCAL_PRESETS];

export const PRESET_NAMES: readonly string[] = PRESETS.map((preset) => preset.name);

export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
