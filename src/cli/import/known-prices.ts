import { hasPriceList } from '../../config/known-prices.ts';
import { findPreset } from '../../config/presets.ts';
import type { ProviderDraft } from './draft.ts';
import { noticed } from './leave-out-rest.ts';
import type { Vendor } from './vendors.ts';

export const UNPRICED = noticed(
  'no list prices are known for it here, so that its answers cost nothing and fill no budget',
  'Write the price of the model.',
);

/** Whether a vendor that is paid has list prices here, at its own address. Servers of one's own cost nothing there either. */
export function hasKnownPrices(vendor: Vendor | undefined, draft: Pick<ProviderDraft, 'preset' | 'baseUrl'>): boolean {
  if (vendor?.keyEnv === undefined) return true;
  if (draft.preset === undefined) return vendor.elsewhere === true;
  const isAtVendor = draft.baseUrl === undefined || draft.baseUrl === findPreset(draft.preset)?.baseUrl;
  return isAtVendor && hasPriceList(draft.preset);
}
