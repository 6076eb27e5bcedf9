import { windowedNames } from '../model/facts/index.js';
import type { Change, Fact } from '../model/source.js';
import type { Rule } from './compile.js';
import type { JudgeInput } from './judgement.js';
import { openScene, throughWindow, type Clock, type Scene } from './scene.js';

type SceneOf = (fact: Fact, change: Change | undefined) => Scene;

/** What a rule sees of a fact; made once for all rules that look through the same window and not at the clock. */
export function openScenes(input: JudgeInput): (rule: Rule) => SceneOf {
  const known = new Map<string, Map<string, Scene>>();
  return (rule) => {
    const { windowMs, source, name } = rule.definition;
    const view = `${windowMs ?? ''} ${rule.clock ? name : ''}`;
    const scenes = known.get(view) ?? new Map<string, Scene>();
    known.set(view, scenes);
    const clock: Clock = rule.clock && rule.watches !== 'all' ? rule.watches : rule.clock;
    const names = windowMs === undefined ? [] : windowedNames(source);
    return (fact, change) => {
      const made = scenes.get(fact.subject);
      if (made !== undefined) return made;
      const seen = {
        now: fact.values,
        before: (change === undefined ? fact.values : change.before?.values) ?? {},
        subject: fact.subject,
        tenant: input.tenant,
        at: input.at,
      };
      const scene = throughWindow(openScene(seen, clock), windowMs, names, clock);
      scenes.set(fact.subject, scene);
      return scene;
    };
  };
}
