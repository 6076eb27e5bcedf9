import type { Route } from '../http/answer.js';
import { bodyOf, envelope, refuse, type PartnerContext } from './answers.js';
import { DATASETS, readSelect } from './datasets.js';
import { newId } from './state.js';
import { wholeSecond } from './reports.js';

const ROOT = '/insights/v1/mpn';
const TEST_ROWS = 100;

/** Datasets and queries: operations 1 to 5. */
export const queryRoutes: readonly Route<PartnerContext>[] = [
  {
    method: 'GET',
    path: new RegExp(`^${ROOT}/ScheduledDataset$`, 'i'),
    roles: [],
    answer: ({ query }, _parts, context) => {
      const name = query.get('datasetName');
      const found = DATASETS.filter(
        ({ datasetName }) => name === null || datasetName.toLowerCase() === name.toLowerCase(),
      );
      if (found.length === 0) return refuse(context, 404, 'No item found with the given filters.');
      return envelope(context, 200, found, 'Dataset fetched successfully');
    },
  },
  {
    method: 'POST',
    path: new RegExp(`^${ROOT}/ScheduledQueries$`, 'i'),
    roles: [],
    answer: (request, _parts, context) => {
      const body = bodyOf(request);
      const { name, query, description } = body ?? {};
      if (typeof name !== 'string' || name === '' || typeof query !== 'string' || query === '')
        return refuse(context, 400, 'Null or missing value found in the request.');
      const select = readSelect(query);
      if ('problem' in select) return refuse(context, 400, select.problem);
      const made = {
        queryId: newId(),
        name,
        description: typeof description === 'string' ? description : '',
        query,
        type: 'userDefined' as const,
        user: context.user,
        createdTime: wholeSecond(request.at),
      };
      context.world.insights.putQuery(made);
      return envelope(context, 200, [made], 'Query created successfully');
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^${ROOT}/ScheduledQueries$`, 'i'),
    roles: [],
    answer: ({ query }, _parts, context) => {
      const id = query.get('queryId')?.toLowerCase();
      const name = query.get('queryName')?.toLowerCase();
      const system = query.get('includeSystemQueries') !== 'false';
      const onlySystem = query.get('includeOnlySystemQueries') === 'true';
      const found = context.world.insights
        .queries()
        .filter((one) => id === undefined || one.queryId.toLowerCase() === id)
        .filter((one) => name === undefined || one.name.toLowerCase() === name)
        .filter((one) => (one.type === 'system' ? system : !onlySystem));
      if (found.length === 0) return refuse(context, 404, 'No item found with the given filters.');
      return envelope(context, 200, found, 'Queries fetched successfully');
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^${ROOT}/ScheduledQueries/testQueryResult$`, 'i'),
    roles: [],
    answer: ({ query }, _parts, context) => {
      const text = query.get('exportQuery');
      const id = query.get('queryId');
      if ((text === null) === (id === null))
        return refuse(context, 400, 'Exactly one of exportQuery and queryId is needed.');
      const known = context.world.insights
        .queries()
        .find((one) => one.queryId.toLowerCase() === id?.toLowerCase());
      if (text === null && known === undefined) return refuse(context, 400, 'Invalid QueryId.');
      const select = readSelect(text ?? known?.query ?? '');
      if ('problem' in select) return refuse(context, 400, select.problem);
      const rows = Array.from({ length: TEST_ROWS }, (_, row) =>
        Object.fromEntries(select.columns.map((column, at) => [column, `${column} ${row * 7 + at}`])),
      );
      return envelope(context, 200, rows);
    },
  },
  {
    method: 'DELETE',
    path: new RegExp(`^${ROOT}/ScheduledQueries/([^/]+)$`, 'i'),
    roles: [],
    answer: (_request, [id = ''], context) => {
      const known = context.world.insights
        .queries()
        .find((one) => one.queryId.toLowerCase() === id.toLowerCase());
      if (known === undefined) return refuse(context, 404, 'Invalid QueryId.');
      if (known.type === 'system') return refuse(context, 400, 'System queries cannot be deleted.');
      context.world.insights.removeQuery(id);
      return envelope(context, 200, [known], 'Query deleted successfully');
    },
  },
];
