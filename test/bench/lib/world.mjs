import { openSandbox } from '../../../dist/src/sandbox/sandbox.js';
import { closing, temporaryFolder } from './children.mjs';

const SERVICES = ['Exchange Online', 'Microsoft Teams', 'SharePoint Online', 'Microsoft Entra'];

/** The Microsoft side of one tenant, in this process, with four healthy services. */
export async function openTenant() {
  const folder = temporaryFolder();
  const sandbox = await openSandbox({ caDir: folder.path });
  for (const name of SERVICES) sandbox.health.setService(name.replaceAll(' ', ''), { name });
  const close = closing(async () => {
    await sandbox.close();
    await folder.remove();
  });
  let last = 100_000;
  return {
    sandbox,
    /** Publishes an issue: one change, one incident, one post. `serviceInterruption` makes it critical. */
    openIssue(status = 'serviceDegradation') {
      last += 1;
      const service = SERVICES[last % SERVICES.length];
      sandbox.health.putIssue({
        id: `BN${last}`,
        service,
        title: `Some users may see delays in ${service}`,
        classification: 'incident',
        status,
        impactDescription: `Some users may see delays of several minutes in ${service}.`,
      });
      sandbox.health.post(`BN${last}`, {
        at: Date.now(),
        html: '<b>Current status:</b> We are looking at service telemetry to find the cause and the next steps.',
      });
    },
    close,
  };
}
