import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';

/** Ids and display names as tenants with a large subscription see them; the status follows the open issues. */
const SERVICES: readonly (readonly [id: string, name: string])[] = [
  ['Exchange', 'Exchange Online'],
  ['OrgLiveID', 'Microsoft Entra'],
  ['OSDPPlatform', 'Microsoft 365 suite'],
  ['Lync', 'Skype for Business'],
  ['SharePoint', 'SharePoint Online'],
  ['DynamicsCRM', 'Dynamics 365 Apps'],
  ['RMS', 'Azure Information Protection'],
  ['yammer', 'Microsoft Viva Engage'],
  ['MobileDeviceManagement', 'Mobile Device Management for Office 365'],
  ['Planner', 'Planner'],
  ['SwayEnterprise', 'Sway'],
  ['PowerBIcom', 'Power BI'],
  ['Intune', 'Microsoft Intune'],
  ['OneDriveForBusiness', 'OneDrive for Business'],
  ['microsoftteams', 'Microsoft Teams'],
  ['Bookings', 'Microsoft Bookings'],
  ['officeonline', 'Microsoft 365 for the web'],
  ['O365Client', 'Microsoft 365 apps'],
  ['PowerApps', 'Power Apps'],
  ['PowerAppsM365', 'Power Apps in Microsoft 365'],
  ['MicrosoftFlow', 'Microsoft Power Automate'],
  ['MicrosoftFlowM365', 'Microsoft Power Automate in Microsoft 365'],
  ['Forms', 'Microsoft Forms'],
  ['Microsoft365Defender', 'Microsoft Defender XDR'],
  ['Stream', 'Microsoft Stream'],
  ['PAM', 'Privileged Access'],
  ['Viva', 'Microsoft Viva'],
  ['cloudappsecurity', 'Microsoft Defender for Cloud Apps'],
];

export function services(start: Instant): readonly Step[] {
  return [
    {
      at: start,
      what: 'the tenant has its services',
      apply: ({ health }) => SERVICES.forEach(([id, name]) => health.setService(id, { name })),
    },
  ];
}
