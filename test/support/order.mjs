import Sequencer from '@jest/test-sequencer';

/** By the time they take, longest first. */
const LONGEST = [
  'acceptance/crash',
  'acceptance/leaks',
  'acceptance/process',
  'contract/queue',
  'acceptance/recordings',
  'adapters/hostile',
  'acceptance/sources',
  'signal/signal',
  'rules/pack-tests',
  'acceptance/teams',
  'acceptance/chat',
  'docs/explain',
  'acceptance/life',
  'http/console/console',
];

/**
 * The order of the files (`testSequencer` of jest.config): those that take longest first, or one of them would be the last to
 * begin and everything would wait for it. Jest knows how long a file took only where it ran before.
 */
export default class Order extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
