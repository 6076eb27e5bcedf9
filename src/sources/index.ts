import { cqd } from './cqd/index.js';
import { directRouting } from './direct-routing/index.js';
import { messageCenter } from './message-center/index.js';
import { partnerInsights } from './partner-insights/index.js';
import { serviceHealth } from './service-health/index.js';
import type { SourcePlug } from './source.js';

/** Every kind of source that can stand under `sources:`. */
export const SOURCES: readonly SourcePlug[] = [
  serviceHealth,
  messageCenter,
  directRouting,
  cqd,
  partnerInsights,
];
