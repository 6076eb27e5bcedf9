import { serviceHealth } from './service-health/index.js';
import type { SourcePlug } from './source.js';

/** Every kind of source that can stand under `sources:`. */
export const SOURCES: readonly SourcePlug[] = [serviceHealth];
