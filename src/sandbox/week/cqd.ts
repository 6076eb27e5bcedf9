import { MINUTE, type Instant } from '../../model/time.js';
import type { CqdStage, JobMode } from '../cqd/jobs.js';
import type { Step } from '../state/world.js';
import { day } from './story.js';

/**
 * The week of the Call Quality Dashboard: three days before it an evening of cube failures, whose stamps stay in the lists; then
 * a cube that fails for hours while archiving goes on, an archive job that dies without a word, and a cube run that never ends.
 */
export function cqd(start: Instant): readonly Step[] {
  const step = (after: number, stage: CqdStage, mode: JobMode, what: string): Step => ({
    at: start + after,
    what: `CQD: ${what}`,
    apply: ({ cqd: jobs }) => {
      jobs.job(stage, mode, start + after);
    },
  });
  return [
    step(day(-2, 11), 'cube', 'fails', 'the cube fails for an evening, three days before'),
    step(day(-2, 12), 'cube', 'works', 'the cube is processed again'),
    step(day(1, 1, 20), 'cube', 'fails', 'the cube fails while archiving goes on'),
    step(day(1, 5, 50), 'cube', 'works', 'the cube is processed again'),
    step(day(3, 2), 'integration', 'dead', 'the archive job is not started any more; nothing fails'),
    step(day(3, 8, 20), 'integration', 'works', 'somebody starts the SQL Agent'),
    step(day(5, 3, 10) + MINUTE, 'cube', 'hangs', 'a run of the cube never ends'),
    step(day(5, 6), 'cube', 'works', 'the run is ended by hand'),
  ];
}
