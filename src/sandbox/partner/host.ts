import { findRoute, json, type Host, type Route } from '../http/answer.js';
import type { World } from '../state/world.js';

/** The Partner Center host: `routes` are its operations; errors come in Insights' own envelope. */
export function partnerHost(routes: readonly Route<{ readonly world: World }>[], world: World): Host {
  return {
    name: 'partner',
    answer: (request) => {
      const match = findRoute(routes, request);
      if (match === undefined || match === 'wrong-method')
        return json(404, { value: [], totalCount: 0, message: 'Resource not found.', statusCode: 404 });
      return match.route.answer(request, match.parts, { world });
    },
  };
}
