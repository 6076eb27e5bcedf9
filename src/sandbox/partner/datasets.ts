/** A dataset as Insights describes it, with some of its columns. Names are spelt as Microsoft spells them. */
export interface SandboxDataset {
  readonly datasetName: string;
  readonly selectableColumns: readonly string[];
  readonly availableMetrics: readonly string[];
  readonly availableDateRanges: readonly string[];
  /** Hours. */
  readonly minimumRecurrenceInterval: number;
}

const RANGES = ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'];

export const DATASETS: readonly SandboxDataset[] = [
  dataset('CustomersAndTenants', [
    'CustomerId',
    'CustomerName',
    'CustomerTenantId',
    'CustomerCountry',
    'CustomerSegment',
    'Product',
    'BilledRevenueUSD',
  ]),
  dataset('SeatsSubscriptionsAndRevenue', [
    'CustomerId',
    'CustomerName',
    'SubscriptionId',
    'Product',
    'AvailableSeats',
    'AssignedSeats',
    'BilledRevenueUSD',
  ]),
  dataset('OfficeUsage', [
    'CustomerId',
    'CustomerName',
    'MonthKey',
    'Workload',
    'ActiveUsers',
    'PaidAvailableUnits',
    'IsDuplicateRowForPGA',
  ]),
  dataset('TeamsUsageMeetingsAndCalls', [
    'CustomerId',
    'CustomerTenantId',
    'DateKey',
    'SubWorkload',
    'MeetingCount',
    'MeetingDuration',
  ]),
  dataset('TeamsUsageWorkload', [
    'CustomerId',
    'CustomerTenantId',
    'MonthKey',
    'SubWorkload',
    'DesktopUsers',
    'WebUsers',
    'MobileUsers',
    'AllUpPartiticipants',
  ]),
  dataset('TeamsUsage3PApps', [
    'CustomerId',
    'CustomerTenantId',
    'CustomerName',
    'CustomerCountry',
    'DateKey',
    'AppName',
    'UserCount',
  ]),
  dataset('CompetencyPeformanceRequirement', ['MPNId', 'CompetencyName', 'RequirementName', 'Status']),
];

function dataset(datasetName: string, selectableColumns: readonly string[]): SandboxDataset {
  return {
    datasetName,
    selectableColumns,
    availableMetrics: [],
    availableDateRanges: RANGES,
    minimumRecurrenceInterval: 24,
  };
}

/** A query as the service reads it, or its own words for what is wrong. */
export function readSelect(
  query: string,
): { readonly dataset: SandboxDataset; readonly columns: readonly string[] } | { readonly problem: string } {
  const match = /^\s*select\s+(?:distinct\s+)?([\s\S]+?)\s+from\s+(\w+)\b/i.exec(query);
  if (match === null) return { problem: 'The query is not valid.' };
  const dataset = DATASETS.find(({ datasetName }) => datasetName.toLowerCase() === match[2]?.toLowerCase());
  if (dataset === undefined) return { problem: `Invalid table name '${match[2] ?? ''}'.` };
  const columns: string[] = [];
  for (const asked of (match[1] ?? '').split(',')) {
    const name = asked.trim();
    const column = dataset.selectableColumns.find((known) => known.toLowerCase() === name.toLowerCase());
    if (column === undefined) return { problem: `Invalid column name '${name}'.` };
    columns.push(column);
  }
  return { dataset, columns };
}
