import type { Config } from '../config/config.ts';
import type { Orchestra } from '../gateway/orchestra/orchestra.ts';
import type { Catalogue } from '../gateway/routing/catalogue.ts';

/** What the gateway works by at one moment. */
export interface GatewayView {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly orchestra: Orchestra;
  /** No new requests are taken, and those under way may finish. */
  readonly isDraining: boolean;
}
