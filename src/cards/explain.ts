import type { Card } from '../model/card.js';
import { explainCall } from './explain-call.js';
import { explainIncident } from './explain-incident.js';
import { explainRule } from './explain-of-rule.js';
import { explainSubject } from './explain-subject.js';
import type { ExplainView } from './explain-view.js';

/** Why: the chain of decisions with their values. Undefined for a call that nobody knows. */
export function explainCard(view: ExplainView): Card | undefined {
  const { about } = view;
  switch (about.kind) {
    case 'incident':
      return explainIncident(view, about);
    case 'subject':
      return explainSubject(view, about.subject);
    case 'rule':
      return explainRule(view, about.rule);
    case 'call':
      return explainCall(view, about);
  }
}
