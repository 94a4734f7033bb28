import { describe, expect, test } from 'bun:test';
import { findPreset } from '../../config/presets.ts';
import { faultOfBaseUrl } from './base-url.ts';
import { VENDORS } from './vendors.ts';

describe('the table of vendors', () => {
  for (const vendor of VENDORS) {
    const name = Object.values(vendor.names).flat()[0] ?? '';
    test(name, () => {
      const kinds = [vendor.preset, vendor.baseUrl, vendor.refused].filter((kind) => kind !== undefined);
      expect(kinds).toHaveLength(1);
      if (vendor.preset !== undefined) expect(findPreset(vendor.preset)?.shapes).toEqual([vendor.shape ?? 'openai']);
      if (vendor.baseUrl !== undefined) expect(faultOfBaseUrl(vendor.baseUrl)).toBeUndefined();
    });
  }

  test('has each name once for each gateway', () => {
    for (const gateway of ['litellm', 'bifrost'] as const) {
      const names = VENDORS.flatMap((vendor) => vendor.names[gateway] ?? []);
      expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
      expect(names.length).toBeGreaterThan(20);
    }
  });
});
