import type { SampleKeep } from '../keep.js';
import type { SourceKey } from '../../model/source.js';
import { toIso } from '../dates.js';
import type { Message } from './schema.js';
import { describeUpdate, readVersion, versionOf } from './versions.js';

/** What happened to a message before its present form. */
export interface History {
  readonly updates: number;
  readonly changed: string;
}

export interface Past {
  /** Keeps this version; twice is as good as once. */
  note(message: Message): Promise<History>;
  /** The same without keeping anything. */
  tell(message: Message): Promise<History>;
}

/** The versions of messages, each at its lastModifiedDateTime. An update is described against the newest one before it. */
export function openPast(samples: SampleKeep, source: SourceKey): Past {
  async function tell(message: Message): Promise<History> {
    const at = modifiedAt(message);
    const kept = await samples.get(source, seriesOf(message), 0, at);
    const earlier = kept.filter((sample) => sample.at < at);
    const before = readVersion(earlier.at(-1)?.value);
    return {
      updates: earlier.length,
      changed: before === undefined ? '' : describeUpdate(before, versionOf(message)),
    };
  }

  return {
    tell,
    async note(message) {
      const history = await tell(message);
      await samples.put(source, seriesOf(message), [{ at: modifiedAt(message), value: versionOf(message) }]);
      return history;
    },
  };
}

function seriesOf({ id }: Message): string {
  return `message:${id}`;
}

function modifiedAt(message: Message): number {
  return Date.parse(toIso(message.lastModifiedDateTime) ?? toIso(message.startDateTime) ?? '1970-01-01');
}
