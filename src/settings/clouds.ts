import type { Cloud, Endpoints } from '../sources/source.js';

const GLOBAL: Endpoints = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  manage: 'https://manage.office.com',
  partner: 'https://api.partnercenter.microsoft.com',
};

/**
 * The hosts of each cloud as one set; never one derived from another (Microsoft Learn, national cloud deployments). Where a
 * cloud has no Partner Center of its own the global address stands, and asking it is the tenant's own decision.
 */
export const CLOUD_ENDPOINTS: Readonly<Record<Cloud, Endpoints>> = {
  global: GLOBAL,
  gcc: { ...GLOBAL, manage: 'https://manage-gcc.office.com' },
  gcchigh: {
    ...GLOBAL,
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    manage: 'https://manage.office365.us',
  },
  dod: {
    ...GLOBAL,
    login: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    manage: 'https://manage.protection.apps.mil',
  },
  china: {
    login: 'https://login.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    manage: 'https://manage.office.cn',
    partner: 'https://partner.partnercenterapi.microsoftonline.cn',
  },
};
