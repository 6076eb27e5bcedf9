import type { Cloud } from './source.js';

/** The admin centre of each cloud; GCC uses the worldwide one. */
const ADMIN_CENTRES: Readonly<Record<Cloud, string>> = {
  global: 'https://admin.microsoft.com/Adminportal/Home',
  gcc: 'https://admin.microsoft.com/Adminportal/Home',
  gcchigh: 'https://portal.office365.us/Adminportal/Home',
  dod: 'https://portal.apps.mil/Adminportal/Home',
  china: 'https://portal.partner.microsoftonline.cn/Adminportal/Home',
};

/** Where people read an issue, signed in: `EX123456`. */
export function issueUrl(cloud: Cloud, id: string): string {
  return `${ADMIN_CENTRES[cloud]}#/servicehealth/:/alerts/${encodeURIComponent(id)}`;
}

/** Where people read a Message center post and its attachments, signed in: `MC123456`. */
export function messageUrl(cloud: Cloud, id: string): string {
  return `${ADMIN_CENTRES[cloud]}#/MessageCenter/:/messages/${encodeURIComponent(id)}`;
}
