import { findRoute, json, type Host, type Route } from '../http/answer.js';
import type { World } from '../state/world.js';

/** The Office 365 management host: `routes` are its operations. */
export function manageHost(routes: readonly Route<{ readonly world: World }>[], world: World): Host {
  return {
    name: 'manage',
    answer: (request) => {
      const match = findRoute(routes, request);
      if (match === undefined || match === 'wrong-method')
        return json(404, {
          error: { code: 'AF20022', message: 'No operation is known under this address.' },
        });
      return match.route.answer(request, match.parts, { world });
    },
  };
}
