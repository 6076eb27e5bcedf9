import { beat, type HeartbeatDeps } from '../engine/heartbeat.js';
import { openHttp } from '../lib/http.js';

export interface Heartbeat {
  /** See `beat`. */
  beat(stuck: number): Promise<void>;
  close(): Promise<void>;
}

export function openHeartbeat(deps: Omit<HeartbeatDeps, 'http'>): Heartbeat {
  const http = openHttp({ userAgent: 'Tocsin', log: deps.log });
  return {
    beat: async (stuck) => {
      await beat(stuck, { ...deps, http });
    },
    close: () => http.close(),
  };
}
